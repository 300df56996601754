const LANGUAGE = 'bonewatch.language';
const SINGLE_KEYS = 'bonewatch.single-keys';

/** The language that somebody chose at this screen; null where nobody did. */
export function readLanguage(): 'ko' | 'en' | null {
  const kept = localStorage.getItem(LANGUAGE);
  return kept === 'ko' || kept === 'en' ? kept : null;
}

export function rememberLanguage(language: 'ko' | 'en'): void {
  localStorage.setItem(LANGUAGE, language);
}

/** Whether single-letter keys are wanted at this screen. */
export function readSingleKeys(): boolean {
  return localStorage.getItem(SINGLE_KEYS) !== 'off';
}

export function storeSingleKeys(areWanted: boolean): void {
  localStorage.setItem(SINGLE_KEYS, areWanted ? 'on' : 'off');
}
