/** The part of dcmjs 0.52 that Bonewatch uses; the package has no types. */
declare module 'dcmjs' {
  /** Elements by tag, eight hexadecimal digits. */
  type Elements = Record<string, { vr: string; Value: unknown[] }>;

  export const data: {
    readonly DicomDict: new (meta: Elements) => { dict: Elements; write(): ArrayBuffer };
    readonly DicomMetaDictionary: {
      /** Elements by tag from values by keyword; `_vrMap` sets the representation where the dictionary leaves it open. */
      denaturalizeDataset(dataset: Readonly<Record<string, unknown>>): Elements;
    };
  };
}
