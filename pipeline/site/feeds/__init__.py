"""The catalogue for programs: reading apps, library systems, feed readers, search engines. Pure, without a clock."""
