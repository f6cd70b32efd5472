// What a person sends, as Bedside's own client asks for it (web/src/call/): the same for whoever is compared.

export const CAMERA = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 24 } };
export const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Lowest first. */
export const ENCODINGS = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 100_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 350_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 },
].map((layer) => ({ ...layer, maxFramerate: 24, scalabilityMode: 'L1T3' }));
