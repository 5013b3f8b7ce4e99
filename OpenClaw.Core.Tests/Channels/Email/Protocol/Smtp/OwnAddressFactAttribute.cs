using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OpenClaw.Core.Tests.Channels.Email.Protocol.Smtp;

/// <summary>Skips where the machine has no address but loopback.</summary>
internal sealed class OwnAddressFactAttribute : FactAttribute
{
    public OwnAddressFactAttribute()
    {
        if (Address is null) Skip = "this machine has no IPv4 address but loopback";
    }

    public static IPAddress? Address { get; } = NetworkInterface.GetAllNetworkInterfaces()
        .Where(n => n.OperationalStatus is OperationalStatus.Up)
        .SelectMany(n => n.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .FirstOrDefault(a => a.AddressFamily is AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
}
