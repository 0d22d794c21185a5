"""Everything about words as such, whatever meeting they are from.

names             languages with a stemmer
words             text → folded words, identifiers → their parts
word_lists        by language: stop words, number words, phrases that open a topic
spoken_numbers    "sixty-one ninety" → 6190
han_numbers       三十八万 → 380000
terms             text → stems, identifiers, numbers that can be compared
word_forms        words by their form: identifiers, acronyms, jargon, slips of the pen
plain_words       plain English
generic_words     what any notes may have; labels: what comes before a colon and is nobody's name; given_names
similarity        how alike words are in spelling and in sound
jargon            the words of the notes that a speech model is likely to mishear
"""
