// One stroke style for all signs. Decoration: the words beside them carry the meaning.

const shapes = {
  clock: <><circle cx="12" cy="12" r="8.5" /><path d="M12 7.5V12l3 2" /></>,
  people: <><circle cx="9" cy="8.5" r="3.2" /><path d="M3 19.5c.4-3.6 2.8-5.5 6-5.5s5.6 1.9 6 5.5M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17 14.3c2.3.6 3.7 2.4 4 5.2" /></>,
  tablet: <><rect x="5" y="3" width="14" height="18" rx="2" /><path d="M11 18h2" /></>,
  phone: <path d="M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4 5.7 2 2 0 0 1 6 3.5z" />,
  letters: <path d="M3 18l4.5-12L12 18M4.5 14h6M14 18l3-8 3 8M15 15.5h4" />,
  again: <path d="M5 12a7 7 0 1 0 2-4.9L5 9M5 4.5V9h4.5" />,
  tick: <path d="M5 13l4.5 4.5L19 7.5" />,
  speaker: <path d="M4 9.5v5h3.5L12 19V5L7.5 9.5H4zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  play: <path d="M8 5.5v13l10.5-6.5z" />,
  microphone: <><rect x="9" y="3" width="6" height="11" rx="3" /><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" /></>,
  microphoneOff: <><path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 10V6a3 3 0 0 0-5.7-1.3M5.5 11.5a6.5 6.5 0 0 0 10 5.5M18.5 11.5c0 .9-.2 1.8-.5 2.6M12 18v3M4 3l16 18" /></>,
  camera: <><rect x="3" y="6.5" width="12.5" height="11" rx="2" /><path d="M15.5 10.5l5-3v9l-5-3" /></>,
  cameraOff: <path d="M10 6.5h3.5a2 2 0 0 1 2 2v2l5-3v9l-3-1.8M15.5 15.5a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h.5M4 3l16 18" />,
  leave: <path d="M14 4h4a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-4M4 12h11M8 8l-4 4 4 4" />,
  move: <path d="M12 3v18M3 12h18M9.5 5.5L12 3l2.5 2.5M9.5 18.5L12 21l2.5-2.5M5.5 9.5L3 12l2.5 2.5M18.5 9.5L21 12l-2.5 2.5" />,
  waves: <path d="M3.5 9.5a12 12 0 0 1 17 0M6.5 13a8 8 0 0 1 11 0M9.5 16.3a4 4 0 0 1 5 0M12 19.5v.1" />,
  lock: <><rect x="5" y="11" width="14" height="9" rx="2" /><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3" /></>,
  paper: <path d="M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12h6M9 16h6" />,
  warning: <path d="M12 4l9 16H3L12 4zM12 10v4.5M12 17.2v.1" />,
  info: <><circle cx="12" cy="12" r="8.5" /><path d="M12 11v5M12 8v.1" /></>,
  chat: <path d="M4 5.5h16v11H10l-4 3.5v-3.5H4z" />,
  ear: <path d="M7 9.5a5 5 0 0 1 10 0c0 3.5-3.5 4.3-3.5 7.3 0 2-1.3 3.2-3 3.2-1.5 0-2.5-.9-3-2.2M9.8 10a2.2 2.2 0 0 1 4.4 0c0 1.5-1.5 1.9-1.9 3.3" />,
  shrink: <path d="M10 4v6H4M14 20v-6h6M10 10L4.5 4.5M14 14l5.5 5.5" />,
  hourglass: <path d="M7 3.5h10M7 20.5h10M8 3.5c0 4.5 4 5.5 4 8.5s-4 4-4 8.5M16 3.5c0 4.5-4 5.5-4 8.5s4 4 4 8.5" />,
  globe: <><circle cx="12" cy="12" r="8.5" /><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17" /></>,
  next: <path d="M9 5.5l6.5 6.5L9 18.5" />,
  back: <path d="M15 5.5L8.5 12l6.5 6.5" />,
};

export type IconName = keyof typeof shapes;

const FLIPS_RIGHT_TO_LEFT = new Set<IconName>(['leave', 'next', 'back', 'play']);

export function Icon({ name, tone }: { name: IconName; tone?: 'ok' | 'look' | 'bad' }) {
  const classes = ['icon'];
  if (FLIPS_RIGHT_TO_LEFT.has(name)) classes.push('flip');
  if (name === 'play') classes.push('solid');
  if (tone) classes.push(tone);
  return (
    <svg class={classes.join(' ')} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {shapes[name]}
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <circle class="mark-face" cx="11.5" cy="12" r="4" />
      <circle class="mark-face" cx="21.5" cy="14" r="3.2" />
      <path class="mark-line" d="M5 24.5h22" />
    </svg>
  );
}
