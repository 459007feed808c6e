"""The command line: what each verb does and says."""
