// Remembers this device's seats, so that a reload or a restart of the gateway returns people to
// their seat without touching the page. One entry per join link, found by the link's digest:
// several people may share a tablet. Storage that is switched off or full costs only this comfort.

export interface RememberedSeat {
  seatToken?: string;
  deviceToken?: string;
  /** Left on purpose: the next opening asks before going in again. */
  left?: boolean;
  /** The steps of the way in, and the one that was shown last; nothing once they are behind. */
  wayIn?: readonly string[];
  at?: string;
  /** This person is asked something before the visit. */
  asked?: boolean;
  /** What the page needs before the gateway answers. */
  organisation?: string;
  supportPhone?: string;
  /** Of a visit in which staff learn. */
  practice?: boolean;
}

const PREFIX = 'bedside.seat.';

async function keyOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  const hex = Array.from(new Uint8Array(digest).slice(0, 16), (byte) => byte.toString(16).padStart(2, '0'));
  return PREFIX + hex.join('');
}

export class SeatStore {
  private constructor(
    private readonly storage: Storage | null,
    private readonly key: string,
  ) {}

  static async open(secret: string, storage: () => Storage = () => localStorage): Promise<SeatStore> {
    try {
      return new SeatStore(storage(), await keyOf(secret));
    } catch {
      return new SeatStore(null, '');
    }
  }

  /** Whose seat: names what else this device keeps for it. */
  get owner(): string {
    return this.key;
  }

  read(): RememberedSeat {
    try {
      const stored: unknown = JSON.parse(this.storage?.getItem(this.key) ?? '{}');
      return stored && typeof stored === 'object' ? (stored as RememberedSeat) : {};
    } catch {
      return {};
    }
  }

  change(fields: Partial<RememberedSeat>): void {
    try {
      this.storage?.setItem(this.key, JSON.stringify({ ...this.read(), ...fields }));
    } catch {
      // Private mode or a full disk: the visit works, a reload asks again.
    }
  }
}
