"""The slides (`slides.pptx`): what a run found on about ten pages, with native tables and charts that can be edited.

`pages` determines what is on them, `native` how the charts look, `deck` what a page is and how the file is written.
"""
