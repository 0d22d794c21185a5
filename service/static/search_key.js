// The key / goes to the search box.

document.addEventListener("keydown", (key) => {
  if (key.key !== "/" || key.ctrlKey || key.metaKey || key.altKey || key.target.closest("input, textarea")) return;
  key.preventDefault();
  document.querySelector(".search input").focus();
});
