import type { CodeWords } from './codes.ts';

/** Each problem, and what it means for the images and for the reader, in Korean. */
export const ko: CodeWords = {
  otherReason: { short: '알 수 없는 사유', long: '평소처럼 판독을 요청하세요.' },
  alarms: {
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
    STORE_LOCKED: {
      short: '다른 작업이 기록을 잠금',
      long: '그 작업이 끝날 때까지 새 영상이 기다립니다. 병동에 전화로 알리고 관리자를 불러 주세요.',
    },
    STORE_DELETED: {
      short: '기록 파일이 삭제되었거나 바뀜',
      long: '장치가 모든 기록을 가지고 있으며 파일을 다시 저장합니다. 전원을 그대로 두고 바로 관리자를 불러 주세요.',
    },
    STORE_WRITTEN_BACK: {
      short: '삭제된 기록 파일을 다시 저장함',
      long: '없어진 기록은 없습니다. 관리자에게 알려 주세요.',
    },
    STORE_LOST: {
      short: '시작할 때 기록이 없었음',
      long: '새 영상은 분석되지만 이전 결과가 없습니다. 관리자가 마지막 백업으로 되돌릴 수 있습니다.',
    },
    STORE_COPY_RETAINED: {
      short: '기록이 이전 백업보다 적음',
      long: '이전 백업을 옆에 보관했습니다. 관리자에게 알려 주세요.',
    },
    STORE_REPLACED: {
      short: '손상된 기록을 옆에 보관함',
      long: '백업 또는 새 기록으로 일하고 있습니다. 관리자에게 알려 주세요.',
    },
    CLOCK_IMPLAUSIBLE: {
      short: '분석 장치의 시계가 맞지 않음',
      long: '표시된 시각과 경과 시간을 믿지 마세요. 알림은 계속 오고 기록은 지워지지 않습니다. 관리자에게 알려 주세요.',
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
    WARD_REMOVED: {
      short: '알림이 남은 병동이 설정에 없음',
      long: '그 알림은 다른 병동에 표시됩니다. 병동에 전화로 알리고 관리자에게 알려 주세요.',
    },
    WARD_NOT_WATCHED: {
      short: '알림을 볼 병동 화면이 없습니다',
      long: '전화로 알리고 화면의 전원과 네트워크, 가려졌는지를 확인하세요.',
    },
    DISPLAY_DUPLICATED: {
      short: '화면 두 대가 같은 연결 정보를 사용합니다',
      long: '두 화면 모두 알림을 표시합니다. 연결을 끊고 둘 다 다시 연결하세요.',
    },
  },
  image: {
    FILE_EMPTY: { short: '빈 파일', long: '파일에 내용이 없습니다. 다시 보내 주세요.' },
    FILE_UNREADABLE: {
      short: '파일을 열 수 없음',
      long: '파일을 읽을 권한이 없습니다. 관리자에게 알려 주세요.',
    },
    FILE_NOT_REGULAR: {
      short: '파일이 아닌 바로가기',
      long: '바로가기가 가리키는 파일은 읽지 않습니다. 영상 파일을 다시 보내 주세요.',
    },
    FILE_VANISHED: { short: '파일이 없어짐', long: '읽기 전에 파일이 지워졌습니다. 다시 보내 주세요.' },
    FILE_TOO_OLD: { short: '설치 전의 영상', long: '정해진 날보다 오래된 파일이라 분석하지 않습니다.' },
    NOT_AN_IMAGE: { short: '영상이 아님', long: 'DICOM, JPEG, PNG가 아닌 파일입니다.' },
    DICOM_TRUNCATED: {
      short: '파일이 끝까지 오지 않음',
      long: '전송이 중간에 끊겼습니다. 장비에서 다시 보내 주세요.',
    },
    DICOM_INVALID: {
      short: 'DICOM 형식이 잘못됨',
      long: '파일을 해석할 수 없습니다. 장비에서 다시 보내 주세요.',
    },
    DICOM_NO_PIXELS: {
      short: '사진이 없는 DICOM',
      long: '보고서나 설정 파일일 수 있습니다. 사진이 있다면 다시 보내 주세요.',
    },
    TRANSFER_SYNTAX_UNSUPPORTED: {
      short: '지원하지 않는 압축',
      long: '장비의 저장 형식을 바꾸거나 관리자에게 알려 주세요.',
    },
    PIXELS_UNSUPPORTED: {
      short: '지원하지 않는 사진 형식',
      long: '평소처럼 판독을 요청하고 관리자에게 알려 주세요.',
    },
    PIXELS_CORRUPT: { short: '사진 데이터 손상', long: '장비에서 다시 보내 주세요.' },
    IMAGE_TOO_LARGE: { short: '사진이 너무 큼', long: '설정된 크기보다 큽니다. 평소처럼 판독을 요청하세요.' },
    RASTER_TRUNCATED: {
      short: '파일이 끝까지 오지 않음',
      long: '전송이 중간에 끊겼습니다. 다시 보내 주세요.',
    },
    RASTER_INVALID: { short: '사진 파일 손상', long: '파일을 해석할 수 없습니다. 다시 보내 주세요.' },
    DECODE_TIMEOUT: {
      short: '읽는 데 너무 오래 걸림',
      long: '평소처럼 판독을 요청하세요. 되풀이되면 관리자에게 알려 주세요.',
    },
    DECODER_UNAVAILABLE: {
      short: '아직 읽지 못함',
      long: '장치의 메모리가 부족해 자동으로 다시 시도합니다. 되풀이되면 관리자에게 알려 주세요.',
    },
    DECODE_CRASHED: {
      short: '읽는 중 오류',
      long: '평소처럼 판독을 요청하세요. 되풀이되면 관리자에게 알려 주세요.',
    },
    MODALITY_OUT_OF_SCOPE: {
      short: '대상 장비가 아님',
      long: '이 장치는 일반 X선 영상(CR, DX)만 분석합니다. 평소처럼 판독을 요청하세요.',
    },
    BODY_PART_OUT_OF_SCOPE: {
      short: '대상 부위가 아님',
      long: '모델이 배우지 않은 부위입니다. 평소처럼 판독을 요청하세요.',
    },
    AGE_OUT_OF_SCOPE: {
      short: '대상 나이가 아님',
      long: '모델이 배우지 않은 나이입니다. 평소처럼 판독을 요청하세요.',
    },
    IMAGE_TOO_SMALL: {
      short: '사진이 너무 작음',
      long: '분석하기에 너무 작습니다. 원본 크기로 보내 주세요.',
    },
    IMAGE_BLANK: { short: '빈 사진', long: '거의 한 가지 밝기뿐입니다. 촬영을 확인하세요.' },
    IMAGE_SATURATED: { short: '너무 밝거나 어두움', long: '거의 모두 희거나 검습니다. 노출을 확인하세요.' },
    IMAGE_FOR_PROCESSING: {
      short: '처리 전 영상',
      long: '표시용이 아닌 원시 영상입니다. 표시용 영상을 보내 주세요.',
    },
    NOT_A_RADIOGRAPH: {
      short: 'X선 영상이 아님',
      long: '화면이나 문서를 찍은 것입니다. X선 영상을 보내 주세요.',
    },
    INFERENCE_TIMEOUT: {
      short: '분석이 너무 오래 걸림',
      long: '평소처럼 판독을 요청하세요. 되풀이되면 관리자에게 알려 주세요.',
    },
    INFERENCE_CRASHED: {
      short: '분석 중 오류',
      long: '잠시 뒤 저절로 다시 시도합니다. 평소처럼 판독을 요청하세요.',
    },
    INFERENCE_FAILED: {
      short: '분석 중 오류',
      long: '평소처럼 판독을 요청하세요. 되풀이되면 관리자에게 알려 주세요.',
    },
  },
};
