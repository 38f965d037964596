//! The dashboard: pages over the engine's commands and events.

mod app;
mod components;
#[cfg(test)]
mod contrast_tests;
mod dom;
mod format;
mod forms;
mod hooks;
mod ipc;
mod lists;
mod live;
mod loadable;
mod locale;
mod pages;
mod route;
mod words;
mod work;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
