// Whether somebody at the door makes a sound on this device.

import { useState } from 'preact/hooks';
import { text } from '../../text/text';
import { Button } from '../button/view';

const KEY = 'bedside.door_sound';

/** On, unless it was turned off here. */
export function soundIsOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

function remember(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'off');
  } catch {
    // Without storage it is on again with the next visit.
  }
}

/** `onHear`: plays it once, so that whoever turns it on knows what it is. */
export function DoorSound({ onHear }: { onHear: () => void }) {
  const [on, setOn] = useState(soundIsOn);
  const turn = () => {
    remember(!on);
    setOn(!on);
    if (!on) onHear();
  };
  return (
    <p class="door-sound">
      <Button kind="plain" icon="speaker" onClick={turn}>
        {on ? text.door.soundOn : text.door.soundOff}
      </Button>
    </p>
  );
}
