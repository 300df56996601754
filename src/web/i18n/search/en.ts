import type { SearchPhrases } from './search-phrases.ts';

/** English search phrases. */
export const en: SearchPhrases = {
  regions: {
    ribs: ['rib'],
    'upper-arm': ['humerus'],
    thigh: ['femur'],
    'lower-leg': ['tibia'],
    collarbone: ['clavicle'],
    skull: ['head'],
  },
  withFinding: ['finding', 'findings', 'fracture'],
  veryLikely: ['very likely', 'likely'],
  suspected: ['suspected'],
  noFinding: ['no fracture', 'no finding', 'normal'],
  notAnalysed: ['not analysed', 'not analyzed'],
  failed: ['failed', 'could not be read', 'unread'],
  duplicate: ['duplicate'],
  inProgress: ['reading', 'waiting', 'queued'],
  unseen: ['unseen'],
  withoutVerdict: ['without a verdict', 'unjudged', 'not judged'],
  today: ['today'],
  yesterday: ['yesterday'],
  twoDaysAgo: ['two days ago'],
};
