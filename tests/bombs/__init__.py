"""Small files that unfold to very much: each would hold up a build, or take the memory of the machine."""
