//! The colours of the theme can be told apart by weak eyes: WCAG 2.2 AA, computed from the stylesheet.

use std::collections::HashMap;

const STYLES: &str = include_str!("../styles/app.css");

/// WCAG 2.2, 1.4.3: text of the size that the dashboard uses.
const TEXT: f64 = 4.5;

/// WCAG 2.2, 1.4.11: what is not text, such as the cells of the calendar beside their surface.
const SHAPES: f64 = 3.0;

/// What text is written in, and what it is written on.
const WRITTEN: [(&str, &[&str]); 17] = [
    ("color-base-content", &["color-base-100", "color-base-200", "color-base-300"]),
    ("muted", &["color-base-100", "color-base-200", "tint-neutral"]),
    ("color-primary", &["color-base-100", "color-base-200"]),
    ("color-info", &["color-base-100", "color-base-200", "tint-busy"]),
    ("color-success", &["color-base-100", "color-base-200", "tint-good"]),
    ("color-warning", &["color-base-100", "color-base-200", "tint-doubtful"]),
    ("color-error", &["color-base-100", "color-base-200", "tint-bad"]),
    ("color-base-content", &["tint-good", "tint-busy", "tint-doubtful", "tint-bad", "tint-neutral"]),
    ("color-primary-content", &["color-primary"]),
    ("color-secondary-content", &["color-secondary"]),
    ("color-neutral-content", &["color-neutral"]),
    ("color-info-content", &["color-info"]),
    ("color-success-content", &["color-success"]),
    ("color-warning-content", &["color-warning"]),
    ("color-error-content", &["color-error"]),
    ("cell-late-ink", &["cell-late"]),
    ("color-secondary", &["color-base-100"]),
];

/// Shapes that mean something by their colour alone, and what lies around them.
const SHOWN: [(&str, &str); 5] = [
    ("cell-ok", "color-base-100"),
    ("cell-late-ink", "color-base-100"),
    ("color-error", "color-base-100"),
    ("color-info", "track"),
    ("color-primary", "color-base-100"),
];

/// A colour as light of the three primaries of sRGB, 0 to 1 each, linear.
type Light = [f64; 3];

/// `oklch(L% C H)` as linear sRGB. Björn Ottosson, "A perceptual color space for image processing" (2020); the matrices
/// are those of CSS Color 4.
fn light(lightness: f64, chroma: f64, hue: f64) -> Light {
    let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(|part| part.clamp(0.0, 1.0))
}

/// Relative luminance (WCAG 2.2).
fn luminance([red, green, blue]: Light) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Light, other: Light) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colours of the light theme, or of the dark one: each is told twice in the stylesheet, light first.
fn colours(theme: usize) -> HashMap<String, Light> {
    let mut told: HashMap<String, Vec<Light>> = HashMap::new();
    for line in STYLES.lines().filter_map(|line| line.trim().strip_prefix("--")) {
        let Some((name, value)) = line.split_once(": oklch(") else { continue };
        let Some((value, _)) = value.split_once(')') else { continue };
        let parts: Vec<f64> = value
            .split([' ', '%'])
            .filter(|part| !part.is_empty())
            .filter_map(|part| part.parse().ok())
            .collect();
        let [lightness, chroma, hue] = parts[..] else { panic!("{name} is not oklch(L% C H): {value}") };
        told.entry(name.to_owned()).or_default().push(light(lightness / 100.0, chroma, hue));
    }
    told.into_iter()
        .map(|(name, told)| {
            assert_eq!(told.len(), 2, "{name} must be told for the light theme and for the dark one");
            (name, told[theme])
        })
        .collect()
}

#[test]
fn text_of_every_colour_can_be_read_on_every_surface_that_it_stands_on() {
    for (theme, said) in ["light", "dark"].iter().enumerate() {
        let colours = colours(theme);
        for (ink, surfaces) in WRITTEN {
            for surface in surfaces {
                let found = contrast(colours[ink], colours[*surface]);
                assert!(
                    found >= TEXT,
                    "{said}: {ink} on {surface} has {found:.2}:1, and weak eyes need {TEXT}:1"
                );
            }
        }
    }
}

#[test]
fn shapes_that_mean_something_stand_out_from_what_lies_around_them() {
    for (theme, said) in ["light", "dark"].iter().enumerate() {
        let colours = colours(theme);
        for (shape, around) in SHOWN {
            let found = contrast(colours[shape], colours[around]);
            assert!(
                found >= SHAPES,
                "{said}: {shape} on {around} has {found:.2}:1, and weak eyes need {SHAPES}:1"
            );
        }
    }
}

#[test]
fn contrast_is_computed_as_wcag_does() {
    let found = contrast(light(1.0, 0.0, 0.0), light(0.0, 0.0, 0.0));
    assert!((found - 21.0).abs() < 0.01, "white on black is 21:1 by definition, not {found}");
    // #767676 on white, the grey that WCAG's own examples call just enough: 4.54:1.
    let grey = contrast(light(0.5659, 0.0, 0.0), light(1.0, 0.0, 0.0));
    assert!((grey - 4.54).abs() < 0.05, "a known grey has a known contrast, not {grey}");
}
