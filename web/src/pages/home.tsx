import { PageFrame, PageHeading, useDocument } from '../components/page_frame/view';
import { text } from '../text/text';

export function HomePage() {
  useDocument(text.home.title);
  return (
    <PageFrame page="home" clinic={null}>
      <PageHeading>{text.home.title}</PageHeading>
      <p class="lede">{text.home.text}</p>
      <p>
        <a href="/sign-in">{text.home.staff}</a>
      </p>
    </PageFrame>
  );
}
