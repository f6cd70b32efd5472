// @vitest-environment jsdom
import { beforeEach, expect, test } from 'vitest';
import { rememberReturn, takeReturn } from './sign_in_return';

beforeEach(() => sessionStorage.clear());

test('a place is kept once', () => {
  rememberReturn('/practice');
  expect(takeReturn()).toBe('/practice');
  rememberReturn('/case#0195-abc');
  expect(takeReturn()).toBe('/case#0195-abc');
  expect(takeReturn()).toBeNull();
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in', '/case?x', 'javascript:alert(1)', '/case#a b', ''])(
  '%s is no place',
  (place) => {
    rememberReturn(place);
    expect(takeReturn()).toBeNull();
    sessionStorage.setItem('bedside.return', place);
    expect(takeReturn()).toBeNull();
  },
);
