using System.Net;

namespace OpenClaw.Gateway.Core.Resilience;

/// <summary>A tenant named a destination that is not public and that <c>Security:PrivateHosts</c> does not open.</summary>
public sealed class DestinationForbiddenException : Exception
{
    /// <summary>The key of the configuration that opens private destinations.</summary>
    public const string Key = "Security:PrivateHosts";

    /// <summary>Says what was refused and which key opens it.</summary>
    public DestinationForbiddenException(string host, int port, IPAddress address)
        : base($"{host}:{port} is {address}, which is not a public address. The owner of this installation can allow it with {Key}.") =>
        (Host, Port, Address) = (host, port, address);

    /// <summary>The host as it was named.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The (first) address that the host's name led to.</summary>
    public IPAddress Address { get; }

    /// <summary>Finds the refusal inside what an HTTP client throws.</summary>
    public static DestinationForbiddenException? In(Exception? exception)
    {
        while (exception is not (null or DestinationForbiddenException)) exception = exception.InnerException;
        return exception as DestinationForbiddenException;
    }
}
