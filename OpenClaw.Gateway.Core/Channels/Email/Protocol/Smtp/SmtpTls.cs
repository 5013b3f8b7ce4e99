using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;

/// <summary>TLS with the machine's own rules and roots; says what is wrong with a certificate.</summary>
internal static class SmtpTls
{
    public static async Task<Stream> WrapAsync(Stream plain, SmtpEndpoint endpoint, CancellationToken cancellationToken)
    {
        string? fault = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            RemoteCertificateValidationCallback = (_, _, chain, errors) =>
            {
                fault = errors == SslPolicyErrors.None ? null : Describe(errors, chain, endpoint.Host);
                return fault is null || endpoint.AcceptAnyCertificate;
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
            throw new SmtpException(SmtpFailure.Tls, SmtpStage.Handshake,
                fault ?? "No TLS connection came about: the server speaks no TLS on this port, or none that this machine accepts.", cause: e);
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
