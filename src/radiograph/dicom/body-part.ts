import type { BodyPart } from '../../contract/radiograph.ts';

/** The attributes that may state the body part, most reliable first. */
export interface BodyPartHints {
  readonly bodyPartExamined?: string | null;
  readonly anatomicRegion?: string | null;
  readonly protocolName?: string | null;
  readonly seriesDescription?: string | null;
  readonly studyDescription?: string | null;
}

/** Tried in this order within one text, so that 손목 is not taken for 손, nor "lower leg" for less. */
const SPELLINGS: readonly (readonly [BodyPart, RegExp])[] = [
  ['wrist', /\b(WRISTS?|CARP(AL|US)|SCAPHOID|DISTAL RADIUS)\b|손목|완관절|수근/],
  ['ankle', /\b(ANKLES?|MALLEOL\w*|TIBIOTALAR|DISTAL (TIBIA|FIBULA))\b|발목|족관절/],
  ['hand', /\b(HANDS?|FINGERS?|THUMBS?|METACARP\w*|BONE AGE|1ST DIGIT)\b|손(?![상실])|수부|수지|엄지|중수골/],
  [
    'foot',
    /\b(FOOT|FEET|TOES?|CALCANE\w*|OS CALCIS|HEELS?|METATARS\w*|TARSAL|TARSUS)\b|(?<![다재])발(?![생열병작진달견현])|족부|족지|종골|중족/,
  ],
  ['forearm', /\b(FOREARMS?|LOWER ARM|RADIUS|ULNA|ANTEBRACHI\w*)\b|전완|아래팔|요골|척골/],
  ['elbow', /\b(ELBOWS?|OLECRANON|RADIAL HEAD)\b|팔꿈치|주관절|팔꿉/],
  ['upper-arm', /\b(UPPER ARMS?|HUMERUS|HUMERI|ARMS?|BRACHI\w*)\b|상완|위팔/],
  ['collarbone', /\b(CLAVIC\w*|COLLAR ?BONES?)\b|쇄골|빗장뼈/],
  ['shoulder', /\b(SHOULDERS?|SCAPULAE?|AC JOINTS?|ACJ|ACROMIO\w*|GLENOHUMERAL)\b|어깨|견관절|견갑|견봉/],
  ['ribs', /\b(RIBS?|RIB CAGE)\b|늑골|갈비/],
  [
    'spine',
    /\b([CTLS]{0,2}SPINES?|SPINAL|CERVICAL|LUMBAR|LUMBO\w*|DORSAL|THORACIC|SACR(UM|AL)|COCCYX|VERTEBR\w*|SCOLIOSIS|ODONTOID)\b|척추|경추|흉추|요추|천추|천골|미추|미골|허리|목뼈/,
  ],
  ['chest', /\b(CHEST|THORAX|LUNGS?|STERN(UM|AL)|CXR)\b|흉부|가슴|흉골|폐/],
  ['hip', /\b(HIPS?|ACETABUL\w*|FEMORAL (NECK|HEAD))\b|고관절|엉덩/],
  ['pelvis', /\b(PELVI[SC]|SI JOINTS?|SACROILIAC|PUBIS|ILIUM|ISCHI\w*)\b|골반|천장관절/],
  ['knee', /\b(KNEES?|PATELLAE?)\b|무릎|슬관절|슬개/],
  ['thigh', /\b(THIGHS?|FEMUR|FEMORA|UPPER LEGS?)\b|대퇴|허벅지|넓적다리/],
  [
    'lower-leg',
    /\b(LOWER LEGS?|LEGS?|TIBIA|FIBULA|TIB ?FIB|CALF|CALVES|CRUS)\b|하퇴|정강|종아리|경골|아래다리/,
  ],
  [
    'skull',
    /\b(SKULL|HEAD|CRANI\w*|FACE|FACIAL|NASAL|NOSE|ORBITS?|MANDIBLE|MAXILLA\w*|JAWS?|SINUS(ES)?|TMJ|ZYGOMA\w*|MASTOIDS?)\b|두개|두부|머리|안면|코뼈|하악|상악|부비동|악관절|안와/,
  ],
  ['abdomen', /\b(ABDOM\w*|KUB|BELLY)\b|복부/],
];

/** Bonewatch's name of the body part, from English DICOM terms and Korean spellings; null where unknown. */
export function bodyPartOf(hints: BodyPartHints): BodyPart | null {
  const texts = [
    hints.bodyPartExamined,
    hints.anatomicRegion,
    hints.protocolName,
    hints.seriesDescription,
    hints.studyDescription,
  ];
  for (const text of texts) {
    const bodyPart = text ? spelledIn(text) : null;
    if (bodyPart !== null) return bodyPart;
  }
  return null;
}

function spelledIn(text: string): BodyPart | null {
  const words = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ');
  return SPELLINGS.find(([, spelling]) => spelling.test(words))?.[0] ?? null;
}
