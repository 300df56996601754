/** What anybody may know before they sign in: the answer of `/api/site`. */
export interface SiteFacts {
  readonly name: string;
  readonly language: 'ko' | 'en';
}
