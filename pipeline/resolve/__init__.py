"""From a library to publications: what its briefings and packs mean. Pure; typesets and reads nothing."""
