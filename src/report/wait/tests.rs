mod baseline_file;
mod observe;
mod reports;
