using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

/// <summary>TLS with the machine's own rules and roots; says what is wrong with a certificate.</summary>
internal static class MailTls
{
    /// <param name="plain">What is encrypted from here on; it is closed with the result, and at a fault.</param>
    /// <param name="host">The name that the certificate must prove.</param>
    /// <param name="acceptAny">The certificate is taken unseen.</param>
    /// <param name="fault">Makes the exception from a sentence for people and its cause.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    public static async Task<Stream> WrapAsync(Stream plain, string host, bool acceptAny, Func<string, Exception, Exception> fault, CancellationToken cancellationToken)
    {
        string? why = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                why = errors == SslPolicyErrors.None ? null : Describe(errors, chain, host);
                return why is null || acceptAny;
            },
        };
        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            return tls;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or NotSupportedException)
        {
            await tls.DisposeAsync();
            throw fault(why ?? "No TLS connection came about: the server speaks no TLS on this port, or none that this machine accepts.", e);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static string Describe(SslPolicyErrors errors, X509Chain? chain, string host)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "The mail server shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return $"The mail server's certificate is not for {host}.";
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        return status.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? "The mail server's certificate has expired or is not valid yet."
            : "The mail server's certificate is not signed by an authority that this machine trusts.";
    }
}
