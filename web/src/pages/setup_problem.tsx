import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { text } from '../text/text';

/** The page came over plain http: no browser gives it a camera. */
export function SetupProblem() {
  useDocument(text.setup.insecureTitle);
  return (
    <PageFrame page="setup-problem" clinic={null}>
      <PageHeading>{text.setup.insecureTitle}</PageHeading>
      <p class="lede">{text.setup.insecureText}</p>
    </PageFrame>
  );
}
