//! Cells of services, ingresses, endpoints and what belongs to them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::column::Made;
use super::texts::{first_of, join, list, or_none, selector, size, word};

/// Addresses, hosts and ports that are shown.
const SHOWN: usize = 3;

/// Each cell by its name in the table.
pub const CELLS: &[(&str, Made)] = &[
    ("external-ip", external_address),
    ("service-ports", service_ports),
    ("endpoints", endpoints),
    ("slice-ports", slice_ports),
    ("slice-endpoints", slice_endpoints),
    ("hosts", hosts),
    ("ingress-address", |it| balancer(it).into()),
    ("ingress-ports", |it| if size(&it["spec"]["tls"]) > 0 { "80, 443".into() } else { "80".into() }),
    ("class-parameters", class_parameters),
    ("pod-selector", |it| selector(&it["spec"]["podSelector"])),
    ("cidrs", |it| join(list(&it["spec"]["cidrs"]).map(word)).into()),
    ("address-parent", address_parent),
];

/// The addresses of a load balancer, sorted.
fn balancer(object: &Value) -> String {
    let ingress = list(&object["status"]["loadBalancer"]["ingress"]);
    let addresses: BTreeSet<&str> = ingress.map(|it| it["ip"].as_str().unwrap_or_else(|| word(&it["hostname"]))).collect();
    join(addresses.into_iter().filter(|address| !address.is_empty()))
}

fn external_address(service: &Value) -> Value {
    let external = join(list(&service["spec"]["externalIPs"]).map(word));
    match word(&service["spec"]["type"]) {
        "ExternalName" => service["spec"]["externalName"].clone(),
        "LoadBalancer" => {
            let all = [balancer(service), external];
            let all = join(all.iter().map(String::as_str).filter(|text| !text.is_empty()));
            if all.is_empty() { "<pending>".into() } else { all.into() }
        }
        _ => or_none(external),
    }
}

fn service_ports(service: &Value) -> Value {
    let port = |port: &Value| match port["nodePort"].as_i64().filter(|node_port| *node_port > 0) {
        Some(node_port) => format!("{}:{node_port}/{}", port["port"], word(&port["protocol"])),
        None => format!("{}/{}", port["port"], word(&port["protocol"])),
    };
    let ports: Vec<String> = list(&service["spec"]["ports"]).map(port).collect();
    or_none(ports.join(","))
}

fn endpoints(endpoints: &Value) -> Value {
    let mut found = Vec::new();
    for subset in list(&endpoints["subsets"]) {
        let addresses: Vec<&str> = list(&subset["addresses"]).map(|address| word(&address["ip"])).collect();
        if size(&subset["ports"]) == 0 {
            found.extend(addresses.iter().map(|address| (*address).to_owned()));
        }
        for port in list(&subset["ports"]) {
            let joined = |address: &&str| {
                if address.contains(':') { format!("[{address}]:{}", port["port"]) } else { format!("{address}:{}", port["port"]) }
            };
            found.extend(addresses.iter().map(joined));
        }
    }
    if size(&endpoints["subsets"]) == 0 { "<none>".into() } else { first_of(&found, SHOWN, ",").into() }
}

fn slice_ports(slice: &Value) -> Value {
    let port = |port: &Value| match (&port["port"], port["name"].as_str()) {
        (Value::Null, None) => "*".to_owned(),
        (Value::Null, Some(name)) => name.to_owned(),
        (number, _) => number.to_string(),
    };
    let ports: Vec<String> = list(&slice["ports"]).map(port).collect();
    if ports.is_empty() { "<unset>".into() } else { first_of(&ports, SHOWN, ",").into() }
}

fn slice_endpoints(slice: &Value) -> Value {
    let addresses = list(&slice["endpoints"]).flat_map(|endpoint| list(&endpoint["addresses"]));
    let addresses: Vec<String> = addresses.map(|address| word(address).to_owned()).collect();
    if addresses.is_empty() { "<unset>".into() } else { first_of(&addresses, SHOWN, ",").into() }
}

fn hosts(ingress: &Value) -> Value {
    let rules = list(&ingress["spec"]["rules"]);
    let hosts: Vec<String> = rules.filter_map(|rule| rule["host"].as_str()).filter(|host| !host.is_empty()).map(str::to_owned).collect();
    if hosts.is_empty() { "*".into() } else { first_of(&hosts, SHOWN, ",").into() }
}

fn class_parameters(class: &Value) -> Value {
    let parameters = &class["spec"]["parameters"];
    if !parameters.is_object() {
        return "<none>".into();
    }
    let group = parameters["apiGroup"].as_str().map(|group| format!(".{group}")).unwrap_or_default();
    format!("{}{group}/{}", word(&parameters["kind"]), word(&parameters["name"])).into()
}

fn address_parent(address: &Value) -> Value {
    let parent = &address["spec"]["parentRef"];
    if !parent.is_object() {
        return "<none>".into();
    }
    let group = Some(word(&parent["group"])).filter(|group| !group.is_empty()).map(|group| format!(".{group}")).unwrap_or_default();
    let namespace = Some(word(&parent["namespace"])).filter(|name| !name.is_empty()).map(|name| format!("/{name}")).unwrap_or_default();
    format!("{}{group}{namespace}/{}", word(&parent["resource"]), word(&parent["name"])).to_lowercase().into()
}
