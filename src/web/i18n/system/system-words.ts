/** Sentences of the system page alone. */
export interface SystemWords {
  readonly delivering: string;
  readonly notDelivering: string;
  readonly alarmCount: (count: number) => string;
  readonly stages: Readonly<
    Record<'inboxes' | 'reading' | 'analysis' | 'record' | 'broker' | 'displays', string>
  >;
  readonly watched: (count: number) => string;
  readonly unreachable: (count: number, all: number) => string;
  readonly today: (count: string) => string;
  readonly waiting: (count: number) => string;
  readonly usually: (seconds: string) => string;
  readonly runsOn: (provider: string) => string;
  readonly notLoaded: string;
  readonly preparing: (minutes: number, usual: number | null) => string;
  readonly lastTook: (last: string, usual: string) => string;
  readonly images: (count: string) => string;
  readonly backedUp: (time: string) => string;
  readonly notBackedUp: string;
  readonly connected: string;
  readonly notConnected: string;
  readonly toSend: (count: number) => string;
  readonly displayCount: (count: number) => string;
  readonly blindWards: (names: string) => string;
  readonly allSeen: string;
  readonly alarms: string;
  readonly noAlarms: string;
  readonly since: (time: string) => string;
  readonly device: string;
  readonly up: (span: string) => string;
  readonly days: (count: number) => string;
  readonly hours: (count: number) => string;
  readonly minutes: (count: number) => string;
  readonly temperature: string;
  readonly power: string;
  readonly powerMode: string;
  readonly gpu: string;
  readonly memory: string;
  readonly disk: string;
  readonly free: (size: string) => string;
  readonly model: string;
  readonly unknown: string;
  readonly displays: string;
  readonly received: (time: string) => string;
  readonly off: string;
  readonly inboxes: string;
  readonly arrived: (time: string) => string;
  readonly nothingToday: string;
  readonly mode: Readonly<Record<'events' | 'poll', string>>;
  readonly audit: string;
  readonly auditHint: string;
  readonly auditColumns: readonly [string, string, string, string];
  readonly byDevice: string;
  readonly more: string;
  readonly nothingFound: string;
  readonly kinds: Readonly<Record<string, string>>;
}

const ko: SystemWords = {
  delivering: '알림은 전달되고 있습니다',
  notDelivering: '알림이 전달되지 않고 있습니다',
  alarmCount: (count) => (count === 0 ? '장비 알림 없음' : `장비 알림 ${count}건`),
  stages: {
    inboxes: '촬영 폴더',
    reading: '읽기',
    analysis: '분석',
    record: '기록',
    broker: '메시지 서버',
    displays: '병동 화면',
  },
  watched: (count) => `${count}곳 감시 중`,
  unreachable: (count, all) => `${all}곳 중 ${count}곳 연결 안 됨`,
  today: (count) => `오늘 ${count}장`,
  waiting: (count) => `대기 ${count}장`,
  usually: (seconds) => `보통 ${seconds}초`,
  runsOn: (provider) => `${provider}로 분석 중`,
  notLoaded: '모델 준비 중',
  preparing: (minutes, usual) =>
    usual === null ? `가속기 준비 중 (${minutes}분째)` : `가속기 준비 중 (약 ${usual}분 중 ${minutes}분)`,
  lastTook: (last, usual) => `${last}초 (평소 ${usual}초)`,
  images: (count) => `${count}장`,
  backedUp: (time) => `백업 ${time}`,
  notBackedUp: '아직 백업 없음',
  connected: '연결됨',
  notConnected: '연결 안 됨',
  toSend: (count) => `보낼 것 ${count}건`,
  displayCount: (count) => `${count}대`,
  blindWards: (names) => `${names}: 화면 없음`,
  allSeen: '모든 병동이 보고 있음',
  alarms: '장비 알림',
  noAlarms: '지금은 없습니다',
  since: (time) => `${time}부터`,
  device: '장치',
  up: (span) => `가동 ${span}`,
  days: (count) => `${count}일`,
  hours: (count) => `${count}시간`,
  minutes: (count) => `${count}분`,
  temperature: '온도',
  power: '전력',
  powerMode: '전력 모드',
  gpu: 'GPU 사용',
  memory: '메모리',
  disk: '저장 공간',
  free: (size) => `${size} 남음`,
  model: '모델',
  unknown: '알 수 없음',
  displays: '병동 화면',
  received: (time) => `${time} 받음`,
  off: '화면 없음',
  inboxes: '촬영 폴더',
  arrived: (time) => `${time} 도착`,
  nothingToday: '오늘 없음',
  mode: { events: '즉시', poll: '주기적으로' },
  audit: '감사 기록',
  auditHint: '사람, 날짜, 일로 찾기',
  auditColumns: ['시각', '누가', '무엇을', '대상'],
  byDevice: '장치',
  more: '더 보기',
  nothingFound: '찾은 기록이 없습니다',
  kinds: {
    'alert-raised': '알림 보냄',
    'alert-reopened': '알림 다시 열림',
    'alert-updated': '알림 바뀜',
    'alert-delivered': '알림 전달됨',
    'alert-acknowledged': '알림 확인',
    'alert-unacknowledged': '확인 취소',
    'alert-closed': '알림 닫음',
    'alert-cleared': '알림 내림',
    'alert-withdrawn': '알림 취소',
    'alert-escalated': '다시 알림',
    'alert-sounded': '알림 소리',
    'image-viewed': '영상 열람',
    'alert-picture-viewed': '알림 영상 열람',
    'image-tried': '영상 시험',
    'image-rerun': '다시 분석',
    'rerun-started': '여러 영상 다시 분석',
    'verdict-recorded': '의견 기록',
    'verdict-undone': '의견 되돌림',
    'audit-searched': '감사 기록 찾음',
    'signed-in': '로그인',
    'signed-out': '로그아웃',
    'sign-in-failed': '로그인 실패',
    'display-paired': '병동 화면 연결',
    'display-revoked': '병동 화면 연결 해제',
    'display-connected': '병동 화면 접속',
    'ward-viewed': '병동 화면 열람',
    'user-added': '사용자 추가',
    'user-removed': '사용자 삭제',
    'user-role-changed': '사용자 역할 변경',
    'user-password-changed': '사용자 비밀번호 변경',
    'password-changed': '비밀번호 변경',
    'broker-trouble': '메시지 서버 문제',
    'alert-adopted': '알림 이어받음',
    'store-replace': '기록 교체',
  },
};

const en: SystemWords = {
  delivering: 'Alerts are being delivered',
  notDelivering: 'Alerts are not being delivered',
  alarmCount: (count) =>
    count === 0 ? 'no technical alarm' : `${count} technical alarm${count === 1 ? '' : 's'}`,
  stages: {
    inboxes: 'Inboxes',
    reading: 'Reading',
    analysis: 'Analysis',
    record: 'Record',
    broker: 'Broker',
    displays: 'Ward displays',
  },
  watched: (count) => `${count} watched`,
  unreachable: (count, all) => `${count} of ${all} unreachable`,
  today: (count) => `${count} images today`,
  waiting: (count) => `${count} waiting`,
  usually: (seconds) => `usually ${seconds} s`,
  runsOn: (provider) => `on ${provider}`,
  notLoaded: 'the model is being loaded',
  preparing: (minutes, usual) =>
    `preparing the accelerator, ${minutes}${usual === null ? '' : ` of about ${usual}`} min`,
  lastTook: (last, usual) => `${last} s (usually ${usual} s)`,
  images: (count) => `${count} images`,
  backedUp: (time) => `backup ${time}`,
  notBackedUp: 'no backup yet',
  connected: 'connected',
  notConnected: 'not connected',
  toSend: (count) => `${count} to send`,
  displayCount: (count) => `${count} on`,
  blindWards: (names) => `${names}: no display`,
  allSeen: 'every ward can see',
  alarms: 'Technical alarms',
  noAlarms: 'None lasts',
  since: (time) => `Since ${time}`,
  device: 'Device',
  up: (span) => `up ${span}`,
  days: (count) => `${count} d`,
  hours: (count) => `${count} h`,
  minutes: (count) => `${count} min`,
  temperature: 'Temperature',
  power: 'Power',
  powerMode: 'Power mode',
  gpu: 'GPU load',
  memory: 'Memory',
  disk: 'Disk',
  free: (size) => `${size} free`,
  model: 'Model',
  unknown: 'unknown',
  displays: 'Ward displays',
  received: (time) => `received ${time}`,
  off: 'no display',
  inboxes: 'Inboxes',
  arrived: (time) => `arrived ${time}`,
  nothingToday: 'none today',
  mode: { events: 'at once', poll: 'polled' },
  audit: 'Audit',
  auditHint: 'Person, date, event',
  auditColumns: ['Time', 'Who', 'What', 'Of what'],
  byDevice: 'device',
  more: 'More',
  nothingFound: 'Nothing found',
  kinds: {
    'alert-raised': 'alert raised',
    'alert-reopened': 'alert reopened',
    'alert-updated': 'alert changed',
    'alert-delivered': 'alert delivered',
    'alert-acknowledged': 'alert acknowledged',
    'alert-unacknowledged': 'acknowledgement taken back',
    'alert-closed': 'alert closed',
    'alert-cleared': 'alert cleared',
    'alert-withdrawn': 'alert withdrawn',
    'alert-escalated': 'alert escalated',
    'alert-sounded': 'alert sounded',
    'image-viewed': 'viewed an image',
    'alert-picture-viewed': 'viewed the picture of an alert',
    'image-tried': 'tried an image',
    'image-rerun': 're-ran an image',
    'rerun-started': 're-ran images',
    'verdict-recorded': 'recorded an opinion',
    'verdict-undone': 'took an opinion back',
    'audit-searched': 'searched the audit',
    'signed-in': 'signed in',
    'signed-out': 'signed out',
    'sign-in-failed': 'failed to sign in',
    'display-paired': 'display paired',
    'display-revoked': 'display revoked',
    'display-connected': 'display connected',
    'ward-viewed': 'viewed a ward',
    'user-added': 'user added',
    'user-removed': 'user removed',
    'user-role-changed': 'role of a user changed',
    'user-password-changed': 'password of a user changed',
    'password-changed': 'password changed',
    'broker-trouble': 'broker trouble',
    'alert-adopted': 'alert adopted',
    'store-replace': 'record replaced',
  },
};

/** The words of the system page in a language. */
export function systemWordsFor(language: 'ko' | 'en'): SystemWords {
  return language === 'ko' ? ko : en;
}
