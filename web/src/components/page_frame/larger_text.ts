// "Larger text" sets the size of the root element, on which every size of the pages depends.

const KEY = 'bedside.text_size';
const SIZES = ['normal', 'larger', 'largest'] as const;
export type TextSize = (typeof SIZES)[number];

function remembered(): TextSize {
  try {
    const stored = localStorage.getItem(KEY) as TextSize | null;
    return stored && SIZES.includes(stored) ? stored : 'normal';
  } catch {
    return 'normal';
  }
}

export const textSize = (): TextSize => (document.documentElement.dataset.text as TextSize | undefined) ?? 'normal';

export function applyRememberedTextSize(): void {
  document.documentElement.dataset.text = remembered();
  requestAnimationFrame(() => requestAnimationFrame(measureAgain));
}

/**
 * Chromium (seen in 156) keeps what a container query in rem said when the root's size changes and the
 * container's does not; taking the container away for a moment makes it look again.
 */
function measureAgain(): void {
  const { style } = document.body;
  style.setProperty('container-type', 'normal');
  void document.body.offsetWidth;
  style.removeProperty('container-type');
}

/** Normal, larger, largest, and around. */
export function nextTextSize(): TextSize {
  const size = SIZES[(SIZES.indexOf(textSize()) + 1) % SIZES.length] as TextSize;
  document.documentElement.dataset.text = size;
  measureAgain();
  try {
    localStorage.setItem(KEY, size);
  } catch {
    // Without storage the size holds for this page.
  }
  return size;
}
