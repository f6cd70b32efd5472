// For unit tests: views are shown without the page that brings their words.

import { bringWords } from '../src/text/text';

await bringWords('staff');
await bringWords('device');
