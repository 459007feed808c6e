"""Fields that change late: the date produced, and which copy a file is and who holds it.

A day, a number and a holder are known when everything else of a file is finished. So they are exchanged in the finished
file, for another day by `build/redate.py` and for numbered copies by `build/numbered_copies.py`. Both give an
`Exchange` (`fields.py`): a file, the values that its fields have, and those of each file to be made of it. The exchange
is a pure function from bytes to bytes: `exchange_books`, `exchange_pages`, `exchange_texts` (`texts.py`) and
`exchange_pdfs` (`pdfs.py`), one for each kind of file in `build/formats.py`.

*A field* is words that the bindery alone writes, from a value alone (`bind/stamps/produced.py`, `running.py`).

*It stands* in a PDF as a stamp, a form of its own (on every page one for the day and one for the copy, in the stamp
block or on the cover the sentence), and as words of a record; in an EPUB as the sentence and two entries of the
package, beside the times of the archive; on a web page as the sentence and words of the head that it has on paper; in
plain text as the lines of the sentence.

*It is found again* by what it says now: the stamp as qpdf packs it, the sentence with the marks around it. Nothing is
noted in a file. The forms of a copy have names besides, for a name of a holder may be as long as it likes.

*It is replaced* by what binding would have written: a form packed as qpdf packs it, with the table of objects and the
identifier of the file made anew (`bind/pdf/written.py`); a member of an archive packed as the archive packs it.

*Nothing else changes*, because only these bytes are touched, and each field must be found exactly as often as the
bindery has put it. A stamp must have the fonts, the size and all resources of that before it. The tests hold each file
to the one that is bound for that day or that holder: they are the same to the byte.

*Otherwise it is bound again.* `PressFailure` is raised where a field is not found so, where a layout of the project
says the day in words of its own, and where qpdf writes otherwise than it did: a file of another day is then bound, and
a numbered copy is saved anew (`saved_anew`), which shows and says the same. So is one whose holder's name has a letter
that the stamps' own font lacks. A file with its day in two languages is never tried (`says_day_once`).

Statuses are no such fields: they are words of the text too. When one changes the text is composed again.

Copies for one long print run stand in one file (`copies_in_one.py`), which has the pages of the file once for each.
"""
