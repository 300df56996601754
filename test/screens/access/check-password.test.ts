import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPassword } from '../../../src/screens/access/check-password.ts';
import { keyboardSpelling } from '../../../src/screens/access/keyboard-spelling.ts';

const OF_KIM = { name: '김서연', site: { id: 'jeonju', name: '전주 예수병원' } };

describe('a new password', () => {
  it.each([
    ...[
      'qwer1234!!',
      '1q2w3e4r5t',
      '1q2w3e4r!!',
      'q1w2e3r4t5y6',
      '1qaz2wsx3edc',
      'asdfqwer1234',
      'zaq12wsxcde3',
    ],
    ...[
      'password123',
      'Passw0rd!!',
      'P@ssw0rd2024',
      'welcome2024!',
      'iloveyou1234',
      'qwertyuiop',
      '1234567890',
    ],
    ...['admin12345', 'hospital2024', 'nurse12345', 'Bonewatch2026!', 'fracture123', 'radiology1!'],
    ...['jeonju1234', 'jeonju2026!!', '전주예수병원1234', 'wjswndPtnquddnjs1'],
    ...['김서연123456', 'rlatjdus1234', '서연서연1234567'],
    ...['비밀번호1234', 'qlalfqjsgh1!', '사랑해요1234567', 'tkfkdgody1234', '간호사12345678', 'rksghtk12345'],
    ...[
      '대한민국123456',
      'eogksalsrnr12',
      'dkssudgktpdy1',
      'rkskekfk1234',
      '01012345678',
      '19880915kim',
      'aaaaaaaaaa11',
    ],
  ])('%s is refused', async (password) => {
    await expect(checkPassword(password, OF_KIM)).rejects.toMatchObject({ code: 'USER_INVALID' });
  });

  it.each([
    'a long enough secret',
    'blue kettle on tuesday',
    '파란 주전자 화요일 우산',
    'xK7!pQ2m9z#w',
    'vkfksWnwjswk ghkdydlf',
  ])('%s is accepted', async (password) => {
    await expect(checkPassword(password, OF_KIM)).resolves.toBeUndefined();
  });

  it('is refused when it is too short or too long', async () => {
    await expect(checkPassword('xK7!pQ2m9', OF_KIM)).rejects.toThrow('10 to 200');
    await expect(checkPassword('xK7!pQ2m9z#w'.repeat(20), OF_KIM)).rejects.toThrow('10 to 200');
  });

  it('is refused when it is the name of the user with something short added', async () => {
    const names = fc.constantFrom('Kim Minji', '오유진', 'park.jiho', 'lee-sua');
    const additions = fc.constantFrom('1234', '!!', '2026', '1', '123456', '!@#$');
    await fc.assert(
      fc.asyncProperty(names, additions, async (name, addition) => {
        const password = keyboardSpelling(name + addition).padEnd(10, '1');
        await expect(checkPassword(password, { ...OF_KIM, name })).rejects.toMatchObject({
          code: 'USER_INVALID',
        });
      }),
    );
  });
});

it.each([
  ['간호사', 'rksghtk'],
  ['비밀번호', 'qlalfqjsgh'],
  ['닭값 1!', 'ekfrrkqt 1!'],
  ['의왕', 'dmldhkd'],
  ['뷁쓩', 'qnpfrTbd'],
  ['Kim', 'Kim'],
])('%s is typed as %s on a Korean keyboard set to Latin letters', (text, keys) => {
  expect(keyboardSpelling(text)).toBe(keys);
});
