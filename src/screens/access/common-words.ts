/** Korean words that people put into passwords, the most common first. */
export const KOREAN_WORDS =
  `비밀번호 암호 사랑 사랑해 사랑해요 안녕 안녕하세요 대한민국 한국 코리아 행복 행복해 감사 감사합니다 우리 우리집 가족
  엄마 아빠 천사 하나님 예수 예수님 부처님 아멘 축복 희망 미래 하늘 바다 나무 별 달 햇살 봄 여름 가을 겨울 강아지 고양이
  호랑이 토끼 나비 장미 무궁화 태극기 독도 서울 부산 대구 인천 광주 대전 울산 세종 전주 수원 제주 경기 강원 충북 충남 전북
  전남 경북 경남 병원 의원 의료원 한방병원 요양병원 대학병원 진료 진료실 원무과 원무 접수 수납 간호 간호사 간호과 간호사실
  병동 병실 환자 의사 원장 부장 과장 실장 팀장 수간호사 방사선 방사선사 방사선과 영상의학 영상의학과 정형외과 엑스레이 골절
  응급실 수술실 중환자실 약국 검사실 물리치료 관리자 운영자 사용자 손님 시험 테스트 컴퓨터 모니터 인터넷 회사 학교 선생님
  김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 가나다 가나다라 가나다라마바사 아자차카타파하`.split(
    /\s+/,
  );

/** English words of this product's surroundings that general lists do not have. */
export const HOSPITAL_WORDS =
  `bonewatch fracture fractures radiology radiologist radiographer radiograph xray x-ray roentgen ward nurse nurses
  doctor hospital clinic console display viewer modality dicom pacs jetson nvidia mosquitto orthopedic orthopaedic
  emergency patient korea seoul busan daegu incheon gwangju daejeon ulsan jeonju suwon jeju`.split(/\s+/);
