// npm run preview: the built pages on a mock gateway, to look at. There is no sound and no picture.

import { fileURLToPath } from 'node:url';
import { startMockGateway } from './mock_gateway.mjs';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const gateway = await startMockGateway({ dist, scenario: { waits: false, door: ['caregiver'] }, port: Number(process.env.PORT ?? 8480) });
process.stdout.write(
  `The mock gateway serves dist/:\n` +
    `  patient   ${gateway.url}/j#patient (born March 4 1955)\n` +
    `  physician ${gateway.url}/j#doctor\n` +
    `  case      ${gateway.url}/staff#staff\n`,
);
