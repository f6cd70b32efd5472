import { useEffect, useState } from 'preact/hooks';

function widthInRem(): number {
  const root = document.documentElement;
  return root.clientWidth / (Number.parseFloat(getComputedStyle(root).fontSize) || 16);
}

/** Narrow as the styles mean it (44 rem), so that larger text makes a page narrow, too. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => widthInRem() < 44);
  useEffect(() => {
    const look = () => setNarrow(widthInRem() < 44);
    window.addEventListener('resize', look);
    const text = new MutationObserver(look);
    text.observe(document.documentElement, { attributeFilter: ['data-text'] });
    look();
    return () => {
      window.removeEventListener('resize', look);
      text.disconnect();
    };
  }, []);
  return narrow;
}
