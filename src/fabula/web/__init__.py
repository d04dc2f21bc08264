"""The local reader: a story and its World side by side in a browser, corrected in place. Loopback only.

``shelf`` knows the World files that are open, ``actions`` what a page may ask of one, ``server`` who may ask and how, ``library`` shows a
folder. The page itself is the export's (:mod:`fabula.export.html`), with what only a running reader can do beside it.
"""
