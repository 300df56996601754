import { ko as shared } from '../shared/ko.ts';
import type { WardWords } from './en.ts';

/** The Korean of the ward display. */
export const ko: WardWords = {
  ...shared,
  wardScreen: '병동 화면',
  hidden: (ward) => `가려진 화면: ${ward}`,
  noAlerts: '알림 없음',
  working: '정상 작동 중',
  running: '작동 중',
  lastImage: '마지막 촬영',
  noImageYet: '오늘 촬영 없음',
  imagesToday: (count, isMore) => `오늘 ${count}장${isMore ? ' 이상' : ''} 분석`,
  oneBarOneImage: '막대 하나가 촬영 한 장',
  acknowledge: '확인',
  priority: { high: '긴급', medium: '주의', low: '참고' },
  suspected: '골절 의심',
  veryLikely: '골절 가능성 높음',
  place: (room, bed) =>
    [room && (/^\d+$/.test(room) ? `${room}호` : room), bed && (/^\d+$/.test(bed) ? `${bed}번 침상` : bed)]
      .filter(Boolean)
      .join(' '),
  caseNumber: (caseRef) => `사례 ${caseRef}`,
  taken: (time) => `${time}\u00a0촬영`,
  received: (time) => `${time}\u00a0수신`,
  markedCopy: '소견을 표시한 촬영 사본',
  markedCopyNote: ['표시한 곳을 보여 주는 사본', '원본은 방사선실'],
  views: (count, withFindings) => `${count}장 중 ${withFindings}장에서 소견`,
  justNow: '방금',
  minutesAgo: (minutes) => `${minutes}분\u00a0전`,
  hoursAgo: (hours) => `${hours}시간\u00a0전`,
  notSeen: '미확인',
  unknownAge: '경과 시간 모름',
  notSeenFor: (minutes) => `${spell(minutes)}째\u00a0미확인`,
  seenBy: (name) => `확인: ${name}`,
  withdrawnBy: (name, reason) => `알림 취소: ${name}, ${reason}`,
  withdrawReason: {
    'no-fracture': '골절 아님',
    'old-fracture': '오래된 골절',
    artefact: '뼈가 아님',
    'wrong-image': '다른 촬영',
    other: '그 외',
  },
  alsoNotified: (wards) => `${wards}에도 알림`,
  otherAlerts: (count) => ['다른 알림', `${count}건`],
  moreAlerts: (count) => `외 ${count}건`,
  moreSites: (count) => `외 ${count}곳`,
  who: '누가 확인하셨나요?',
  someoneElse: '다른 사람…',
  roles: ['간호사', '의사', '방사선사'],
  nameLabel: '이름',
  record: '확인',
  badge: ['사원증을 대면', '바로 확인됩니다'],
  badgeUnknown: ['등록되지 않은 사원증', '이름을 눌러 주세요'],
  back: '뒤로',
  undo: '취소',
  secondsLeft: (seconds) => `${seconds}초`,
  refusals: {
    'not-recorded': '기록되지 않았습니다. 다시 눌러 주세요',
    'not-allowed': '메시지 서버가 기록을 거절했습니다',
    'already-closed': '이미 처리된 알림입니다',
    'not-acknowledged': '아직 확인되지 않은 알림입니다',
    'sign-in-required': '로그인한 사람만 할 수 있습니다',
    outdated: '알림이 바뀌었습니다. 다시 확인해 주세요',
  },
  soundOn: '소리 켜짐',
  soundPaused: (left) => `소리 중지 ${left}`,
  pauseSound: ['소리', '2분 중지'],
  allowSound: '소리를 켜려면 화면을 한 번 누르세요',
  connecting: {
    title: '연결하는 중',
    meaning: '아직 알림이 표시되지 않습니다',
    next: '연결되면 이 화면은 저절로 바뀝니다',
  },
  cutOff: { title: '연결 끊김', meaning: '새 알림이 표시되지 않습니다', next: '다시 연결하는 중' },
  deviceOff: {
    title: '분석 장치 꺼짐',
    meaning: '새 촬영이 분석되지 않습니다',
    next: '켜지면 이 화면은 저절로 돌아옵니다',
  },
  old: {
    title: '오래된 정보',
    meaning: '화면의 내용을 믿지 마세요',
    next: '장치는 켜져 있으나 답이 없습니다',
  },
  unknownWard: {
    title: '알 수 없는 병동',
    meaning: (id) => `“${id}” 병동이 없습니다. 이 화면에는 알림이 표시되지 않습니다.`,
    next: '관리자에게 알려 주세요. 이 화면은 계속 다시 확인합니다',
  },
  undelivered: {
    title: '알림이 오지 않음',
    meaning: '새 알림이 표시되지 않을 수 있습니다',
    next: '해결되면 이 화면은 저절로 돌아옵니다',
  },
  stopped: { title: '분석 중단', meaning: '새 촬영이 분석되지 않습니다' },
  stopReasons: {
    INBOX_UNREACHABLE: '촬영 폴더 연결 안 됨',
    DISK_FULL: '저장 공간 부족',
    STORE_FAILED: '결과를 저장할 수 없음',
    STORE_LOCKED: '다른 작업이 기록을 잠금',
    ANALYSIS_STOPPED: '분석 모델이 작동하지 않음',
  },
  broken: { title: '화면을 표시할 수 없음', meaning: '새 알림이 표시되지 않습니다' },
  callRadiography: '방사선실로 전화하세요',
  extension: (number) => `내선 ${number}`,
  noContactSince: (time, minutes) => `${time} 이후 소식 없음${lasting(minutes)}`,
  offSince: (time, minutes) => `${time}에 꺼짐${lasting(minutes)}`,
  noUpdateSince: (time, minutes) => `${time} 이후 새 소식 없음${lasting(minutes)}`,
  openAt: (time, count) => `${time}에 열려 있던 알림 ${count}건`,
  stillOpen: (count) => `아직 열려 있는 알림 ${count}건`,
  degraded: {
    title: '분석이 평소보다 느립니다',
    detail: '알림이 1분까지 늦을 수 있습니다. 하실 일은 없습니다.',
    note: ['방사선실에', '알렸습니다'],
  },
  partly: {
    detail: '일부 촬영이 분석되지 않습니다. 하실 일은 없습니다.',
    note: ['방사선실에', '알렸습니다'],
  },
  duplicate: {
    title: (display) => `화면 두 대가 ${display} 하나를 사용합니다`,
    detail: '알림은 계속 표시됩니다. 하실 일은 없습니다.',
    note: ['방사선실에', '알렸습니다'],
  },
  copy: {
    title: '저장된 화면',
    detail: (time) => `직원 명단은 ${time} 기준입니다. 알림은 계속 표시됩니다.`,
    note: ['하실 일은', '없습니다'],
  },
};

function spell(minutes: number): string {
  if (minutes < 60) return `${minutes}분`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)}시간` : `${Math.floor(minutes / 60)}시간 ${rest}분`;
}

function lasting(minutes: number): string {
  return minutes < 1 ? '' : ` · ${spell(minutes)}째`;
}
