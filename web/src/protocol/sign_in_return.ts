// Where somebody was when they had to sign in. Kept in this tab alone; a place of this origin, and nothing else.

const KEY = 'bedside.return';
const PLACES = /^\/(case|board|desk|enter|help|practice)?(#[\w%.-]*)?$/;

export function rememberReturn(place: string): void {
  try {
    if (PLACES.test(place)) sessionStorage.setItem(KEY, place);
  } catch {
    // Without storage people begin at the sign-in page.
  }
}

/** Once: the place is forgotten. */
export function takeReturn(): string | null {
  try {
    const place = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return place && PLACES.test(place) ? place : null;
  } catch {
    return null;
  }
}
