// What was typed and is saved nowhere: it is kept by the browser, and whoever leaves is warned.

/** Keeps the text of a field by a name, with what belongs to it, until it is saved. */
export class Unsaved {
  #field;
  #key;
  #saved;
  #about;

  /** `saved` is what the field has where nothing is unsaved; `about` is kept with what is typed. */
  constructor(field, name, { saved = "", about = null } = {}) {
    [this.#field, this.#key, this.#saved, this.#about] = [field, `jumpnotes:${name}`, saved, about];
    field.addEventListener("input", () => this.keep());
    addEventListener("beforeunload", (event) => {
      if (this.isThere) event.preventDefault();
    });
  }

  get isThere() {
    return this.#field.value !== this.#saved;
  }

  /** Put back what was typed before, if anything was; returns what belongs to it, or null. */
  restore() {
    const kept = this.#read();
    if (!kept || kept.text === this.#saved) return null;
    [this.#field.value, this.#about] = [kept.text, kept.about];
    return kept;
  }

  keep() {
    try {
      if (this.isThere) localStorage.setItem(this.#key, JSON.stringify({ text: this.#field.value, about: this.#about }));
      else localStorage.removeItem(this.#key);
    } catch {
      // no room, or none allowed: leaving still warns
    }
  }

  /** What is in the field is saved now; later changes belong to `about`. */
  isSaved(text, about = null) {
    [this.#saved, this.#about] = [text, about];
    this.keep();
  }

  /** Changes belong to `about` from now on. */
  belongsTo(about) {
    this.#about = about;
    this.keep();
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key));
    } catch {
      return null;
    }
  }
}
