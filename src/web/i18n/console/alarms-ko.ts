import type { ConsoleWords } from './console-words.ts';

/** The alarms about the device, in Korean: what is wrong, and what it means for the images and for whoever reads it. */
export const alarms: ConsoleWords['alarms'] = {
  INBOX_UNREACHABLE: {
    short: '촬영 폴더 연결 안 됨',
    long: '새 영상이 분석되지 않습니다. 네트워크와 공유 폴더를 확인하세요.',
  },
  INBOX_EVENTS_LOST: {
    short: '촬영 폴더가 새 파일을 알리지 않음',
    long: '대신 주기적으로 살펴봅니다. 놓치는 영상은 없고 조금 늦을 수 있습니다.',
  },
  STORE_FAILED: {
    short: '기록을 쓸 수 없음',
    long: '결과를 저장하지 못합니다. 저장 공간과 디스크를 확인하세요.',
  },
  STORE_REPLACED: {
    short: '손상된 기록을 옆에 보관함',
    long: '백업 또는 새 기록으로 일하고 있습니다. 관리자에게 알려 주세요.',
  },
  DISK_LOW: { short: '저장 공간 부족', long: '곧 가득 찹니다. 공간을 비워 주세요.' },
  DISK_FULL: {
    short: '저장 공간 없음',
    long: '새 영상을 받지 않고 촬영 폴더에 두었습니다. 공간을 비우면 이어서 분석합니다.',
  },
  BOARD_HOT: {
    short: '분석 장치가 뜨거워지고 있음',
    long: '곧 느려질 수 있습니다. 팬과 통풍구를 확인하고 관리자에게 알려 주세요.',
  },
  BOARD_SLOWED: {
    short: '분석 장치가 뜨거워 느려짐',
    long: '분석이 더 오래 걸립니다. 놓치는 영상은 없습니다. 팬과 통풍구를 확인하고 관리자에게 알려 주세요.',
  },
  BOARD_OVER_CURRENT: {
    short: '분석 장치의 전력 부족',
    long: '순간순간 느려집니다. 놓치는 영상은 없습니다. 관리자에게 알려 주세요.',
  },
  MEMORY_LOW: {
    short: '메모리 부족',
    long: '분석이 느려지거나 끊길 수 있습니다. 관리자에게 알려 주세요.',
  },
  ANALYSIS_STOPPED: {
    short: '분석 중단',
    long: '모델이 작동하지 않아 새 영상이 분석되지 않고 기다립니다. 병동에 전화로 알리고 관리자를 불러 주세요.',
  },
  EXECUTION_PROVIDER_UNAVAILABLE: {
    short: '분석이 평소보다 느립니다',
    long: '가속기를 쓸 수 없어 CPU로 분석합니다. 놓치는 영상은 없습니다.',
  },
  BROKER_UNREACHABLE: {
    short: '메시지 서버 연결 안 됨',
    long: '알림이 병동에 가지 못하고 기다립니다. 병동에 전화로 알려 주세요.',
  },
  BROKER_UNTRUSTED: {
    short: '메시지 서버를 믿을 수 없음',
    long: '인증서가 맞지 않습니다. 관리자에게 알려 주세요.',
  },
  BROKER_SESSION_TAKEN: {
    short: '다른 장치가 같은 이름을 씀',
    long: '두 장치의 device.id가 같습니다. 관리자에게 알려 주세요.',
  },
  BROKER_LOGIN_REFUSED: {
    short: '메시지 서버가 로그인을 거절함',
    long: '사용자 이름과 비밀번호를 확인하세요.',
  },
  BROKER_FORBIDDEN: {
    short: '메시지 서버가 허락하지 않음',
    long: '접근 규칙을 확인하세요. 알림이 기다리고 있습니다.',
  },
  BROKER_QUOTA: {
    short: '메시지 서버가 한도를 넘었다고 함',
    long: '알림이 기다리고 있습니다. 메시지 서버의 한도를 확인하세요.',
  },
  BROKER_MESSAGE_TOO_LARGE: {
    short: '메시지가 너무 크다고 함',
    long: '메시지 서버의 크기 한도를 확인하세요.',
  },
  BROKER_REFUSED: {
    short: '메시지 서버가 거절함',
    long: '알림이 기다리고 있습니다. 메시지 서버의 기록을 확인하세요.',
  },
  WARD_NOT_WATCHED: {
    short: '알림을 볼 병동 화면이 없습니다',
    long: '전화로 알리고 화면의 전원과 네트워크를 확인하세요.',
  },
};
