//! What a page looks like, measured.

use serde_json::Value;

use super::Tab;

/// Text below 30 px, controls below 60×60 px, lines closer than 1.5, sideways scrolling.
const MEASURE: &str = r#"
(() => {
  const faults = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.skip');
  const name = (element) => `${element.tagName.toLowerCase()}${element.id ? '#' + element.id : ''} "${element.textContent.trim().slice(0, 20)}"`;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(element) || element.closest('noscript, script')) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    if (size < 30) faults.push(`text of ${size} px: ${name(element)}`);
    const box = element.getBoundingClientRect();
    if (box.width > 1 && box.right > innerWidth + 1 && !element.closest('pre, .panel')) faults.push(`cut off at the right: ${name(element)}`);
    const single = element.closest('.dots');
    if (!single && parseFloat(style.lineHeight) / size < 1.499) faults.push(`lines of ${parseFloat(style.lineHeight) / size}: ${name(element)}`);
  }
  for (const control of document.querySelectorAll('button, summary, input, textarea, a, label:has(input)')) {
    if (!shown(control) || control.matches('[type=radio], [type=checkbox]') || control.htmlFor) continue;
    const { width, height } = control.getBoundingClientRect();
    if (width < 60 || height < 60) {
      const within = control.closest('p, li') && !control.matches('.card, .button, .call a');
      if (!within) faults.push(`${Math.round(width)}×${Math.round(height)} px: ${name(control)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`scrolls sideways: ${document.documentElement.scrollWidth} px`);
  const talk = document.getElementById('talk');
  if (talk) {
    const box = talk.getBoundingClientRect();
    if (box.bottom > innerHeight + 1 || box.top < 0) faults.push('the large button is not in sight');
    const content = document.getElementById('content').getBoundingClientRect();
    if (content.height < 200) faults.push(`only ${Math.round(content.height)} px are left for the words`);
  }
  return faults;
})()
"#;

/// The faults.
pub fn measure(tab: &mut Tab<'_>) -> Vec<String> {
    strings(&tab.evaluate(MEASURE))
}

/// What axe-core finds, with its AAA rules on.
pub fn axe(tab: &mut Tab<'_>, script: &str) -> Vec<String> {
    if tab.evaluate("typeof axe") != "object" {
        tab.evaluate(&format!("{script}; 0"));
    }
    strings(&tab.evaluate(
        r#"
axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag2aaa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, any }) => `axe ${id}: ${target} ${any[0]?.message ?? ''}`)))
"#,
    ))
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list").iter();
    list.map(|fault| fault.as_str().unwrap_or_default().to_owned())
        .collect()
}
