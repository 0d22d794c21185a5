// The words of the interface in the language of the page; the page brings them along, by the English text.

const words = JSON.parse(document.getElementById("_words")?.textContent || "{}");
const plurals = new Intl.PluralRules(document.documentElement.lang || "en");
const CATEGORIES = ["one", "two", "few", "many", "other"]; // as catalogs order the forms

function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_whole, name) => values[name]);
}

/** `message` in the language of the page, with `values` in the place of `%(name)s`. */
export function _(message, values = {}) {
  return fill(words[message] || message, values);
}

/** The text for `num` things; `%(num)s` is the number. */
export function ngettext(singular, plural, num, values = {}) {
  const forms = words[singular] ?? [singular, plural];
  const used = plurals.resolvedOptions().pluralCategories;
  const at = CATEGORIES.filter((category) => used.includes(category)).indexOf(plurals.select(num));
  return fill(forms[Math.min(at, forms.length - 1)], { num, ...values });
}
