/** A tree, drawn the way `tree` does. */

export type Branch = { readonly text: string; readonly children?: readonly Branch[] };

export function renderTree(root: Branch): readonly string[] {
  return [root.text, ...childLines(root, '')];
}

function childLines(branch: Branch, indent: string): readonly string[] {
  const children = branch.children ?? [];
  return children.flatMap((child, index) => {
    const last = index === children.length - 1;
    return [`${indent}${last ? '└─ ' : '├─ '}${child.text}`, ...childLines(child, `${indent}${last ? '   ' : '│  '}`)];
  });
}
