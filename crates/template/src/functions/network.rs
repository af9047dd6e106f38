//! Names on the network: answered by the host, which in Helm says nothing unless DNS is enabled.

use super::table;
use crate::exec::Render;
use crate::value::Text;

table! {
    "getHostByName" (with 1) get_host_by_name, "An address of a host name; empty where the render may not ask.";
}

fn get_host_by_name(render: &mut Render<'_>, name: Text) -> String {
    render.host.address(&name.lossy())
}
