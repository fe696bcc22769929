package dev.whimbrel.runner.verify;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Which addresses are never asked: those of metadata servers, whose answers are credentials, and
 * every other link-local one. What a name stands for is looked up here and, a moment later, by the
 * client; the platform answers both from one lookup (it keeps names for 30 s).
 */
final class Addresses {

  /** Those of EC2 and Google Cloud over IPv6, and of Alibaba Cloud: not link-local. */
  private static final Set<String> METADATA =
      Set.of("fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254", "100.100.100.200");

  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  private Addresses() {}

  /** Whether the host of the URL is, or is a name for, an address that is never asked. */
  static boolean isForbidden(URI uri) throws UnknownHostException {
    if (uri.getHost() == null) {
      // The lookup would take nothing for this very machine.
      throw new UnknownHostException("no host");
    }
    for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
      if (isForbidden(address)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isForbidden(InetAddress address) throws UnknownHostException {
    if (address.isLinkLocalAddress() || METADATA.contains(address.getHostAddress())) {
      return true;
    }
    if (!(address instanceof Inet6Address)) {
      return false;
    }
    byte[] bytes = address.getAddress();
    for (int i = 0; i < NAT64.length; i++) {
      if (bytes[i] != NAT64[i]) {
        return false;
      }
    }
    return isForbidden(
        InetAddress.getByAddress(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]}));
  }
}
