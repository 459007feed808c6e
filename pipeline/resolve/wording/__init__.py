"""The wording of texts and editions in forms that outlive the code, and the codes that are printed of it."""
