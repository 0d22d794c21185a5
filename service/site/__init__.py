"""The pages of the service written to files, for web servers that run no program.

build         which files there are, and what each is made from: asks the app for its pages
relative      the addresses of the service → those of the site
search_index  what is searched; the only doorway of Pagefind
writer        the folder of the site
"""
