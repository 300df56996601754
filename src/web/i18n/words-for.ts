/** The languages of the pages. */
export type Language = 'ko' | 'en';

/** The texts of a page in each language. */
export type Translations<Words> = Readonly<Record<Language, Words>>;

/**
 * The type of a table of texts in any language, derived from the English table: the same keys, any text, formatting
 * functions with the same parameters. A key that is missing in a translation is a type error.
 */
export type WordsOf<Table> = Table extends Language
  ? Language
  : Table extends string
    ? string
    : Table extends (...values: infer Values) => infer Text
      ? (...values: Values) => WordsOf<Text>
      : { readonly [Key in keyof Table]: WordsOf<Table[Key]> };

/** The texts in one language; in English for one that this page does not have, such as that of a later server. */
export function wordsFor<Words>(translations: Translations<Words>, language: Language): Words {
  return Object.hasOwn(translations, language) ? translations[language] : translations.en;
}

/** The language that the page can be switched to. */
export function otherLanguage(language: Language): Language {
  return language === 'ko' ? 'en' : 'ko';
}
