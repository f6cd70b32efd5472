// A long text made short for a thin link: base64 of its raw deflate, as docs/signaling.md takes it for SDP.

const FORMAT: CompressionFormat = 'deflate-raw';

/** Older browsers have no streams that compress, or not of this kind. */
const canPack = (): boolean => {
  try {
    return typeof DecompressionStream === 'function' && Boolean(new CompressionStream(FORMAT));
  } catch {
    return false;
  }
};

const through = async (bytes: BlobPart, stream: ReadableWritablePair<Uint8Array, BufferSource>): Promise<Uint8Array> => {
  const piped = new Blob([bytes]).stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>);
  return new Uint8Array(await new Response(piped).arrayBuffer());
};

/** The packed text, or null where this browser cannot. */
export async function pack(text: string): Promise<string | null> {
  if (!canPack()) return null;
  try {
    const bytes = await through(text, new CompressionStream(FORMAT));
    return btoa(String.fromCharCode(...bytes));
  } catch {
    return null;
  }
}

/** Rejects when it is not packed. */
export async function unpack(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(await through(bytes, new DecompressionStream(FORMAT)));
}
