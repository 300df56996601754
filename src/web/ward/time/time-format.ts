const formats = new Map<string, Intl.DateTimeFormat>();

/** A format as the browser makes it, made once: a display asks for the same few several times a second. */
export function timeFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format;
}
