using System.Globalization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Email.Protocol.Smtp;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Channels.Email.Preflight;

/// <summary>The outgoing server, signed in. <c>TakesPlus</c>: it takes the own address with a plus sign as a recipient.</summary>
internal sealed record SmtpReady(SmtpConnection Connection, bool TakesPlus) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}

/// <summary>Tries the outgoing server. No mail is sent.</summary>
internal sealed class SmtpPreflight(EmailSettings settings, SignIn signIn, HostCheck hosts, OutgoingConnector connector, TimeProvider time, List<PreflightCheck> checks)
{
    private static readonly SmtpTimeouts Timeouts = new() { Connect = TimeSpan.FromSeconds(10), Handshake = TimeSpan.FromSeconds(10), Command = TimeSpan.FromSeconds(15), Accept = TimeSpan.FromSeconds(30) };

    private string Server => string.Create(CultureInfo.InvariantCulture, $"{settings.Smtp.Host}:{settings.Smtp.Port}");

    public async Task<SmtpReady?> RunAsync(CancellationToken cancellationToken)
    {
        var address = await hosts.RunAsync("smtp.address", "smtpHost", settings.Smtp, cancellationToken);
        checks.Add(address);
        if (!address.Ok || await OpenAsync(cancellationToken) is not { } connection) return null;
        SmtpReady? ready = null;
        try
        {
            if (signIn.Fault is not { } fault) ready = await AddressesAsync(connection, cancellationToken);
            else checks.Add(new("smtp.login", false, fault.Message, fault.Fix));
            return ready;
        }
        finally
        {
            if (ready is null) await connection.DisposeAsync();
        }
    }

    private async Task<SmtpConnection?> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await SmtpConnection.OpenAsync(MailEndpoints.Smtp(settings, signIn.Credentials, Timeouts), connector.ConnectAsync, time, cancellationToken);
            checks.Add(Connected());
            checks.Add(TlsWords.Good("smtp.tls", settings.Smtp.Security, settings.AcceptsInvalidCertificates));
            if (signIn.Credentials is not null) checks.Add(new("smtp.login", true, $"Signed in as {settings.User}."));
            return connection;
        }
        catch (SmtpException e)
        {
            Explain(e);
        }
        catch (DestinationForbiddenException e)
        {
            checks.Add(new("smtp.connect", false, e.Message, $"Ask the owner of the installation to allow it ({DestinationForbiddenException.Key})."));
        }

        return null;
    }

    private void Explain(SmtpException fault)
    {
        switch (fault)
        {
            case { Failure: SmtpFailure.Tls }:
                checks.Add(Connected());
                checks.Add(new("smtp.tls", false, fault.Message, TlsWords.Fix(fault.Message, "smtp", settings.Smtp)));
                break;
            case { Stage: SmtpStage.Authentication }:
                checks.Add(Connected());
                checks.Add(TlsWords.Good("smtp.tls", settings.Smtp.Security, settings.AcceptsInvalidCertificates));
                checks.Add(new("smtp.login", false, fault.Message, fault.IsTemporary ? "Try again in some minutes: the server has trouble of its own." : LoginWords.Fix(fault.Message, settings)));
                break;
            case { Failure: SmtpFailure.Unreachable, Stage: SmtpStage.Connect }:
                checks.Add(new("smtp.connect", false, fault.Message, "Check the port (smtpPort; usual are 465 with TLS and 587 with STARTTLS), and that this machine may connect to it: many networks let nobody out to port 25, some not to 465 and 587."));
                break;
            default:
                checks.Add(new("smtp.connect", false, fault.Message, $"{Server} answers, but does not let this gateway in, or not with this encryption. Usual are smtpSecurity tls with port 465, and starttls with port 587."));
                break;
        }
    }

    private PreflightCheck Connected() => new("smtp.connect", true, $"{Server} answers.");

    /// <summary>Names sender and recipients as for a mail to oneself, and takes it back.</summary>
    private async Task<SmtpReady?> AddressesAsync(SmtpConnection connection, CancellationToken cancellationToken)
    {
        var own = SmtpAddress.Parse(settings.Address);
        try
        {
            await connection.TryAsync(new() { From = own, To = [own] }, cancellationToken);
            checks.Add(new("smtp.from", true, $"The server takes mails from {own}, and to it."));
        }
        catch (SmtpException e) when (e.Stage is SmtpStage.Sender or SmtpStage.Recipient)
        {
            checks.Add(e.Stage is SmtpStage.Sender
                ? new("smtp.from", false, $"The server does not take mails from {own}. {e.Message}", "Set address to one that this account may send as, or let the provider allow it (“send as”). The mailbox's own address always works.")
                : new("smtp.from", false, $"The server takes mails from {own}, but none to it. {e.Message}", "Check the address: mails to it would not arrive."));
            return null;
        }

        checks.Add(new("smtp.dsn", true, connection.Offered.Has("DSN") ? "The server can report what becomes of mails (DSN)." : "The server does not offer reports of what becomes of mails (DSN). Bounces are recognised all the same."));
        checks.Add(new("smtp.size", true, connection.Offered.MaxSize is { } size ? string.Create(CultureInfo.InvariantCulture, $"The server takes mails of up to {size / 1_048_576.0:0.#} MB. Larger files go as links.") : "The server does not say how large mails may be."));
        return new(connection, await TakesPlusAsync(connection, own, cancellationToken));
    }

    private static async Task<bool> TakesPlusAsync(SmtpConnection connection, SmtpAddress own, CancellationToken cancellationToken)
    {
        try
        {
            await connection.TryAsync(new() { From = own, To = [RoundTrip.PlusAddress(own)] }, cancellationToken);
            return true;
        }
        catch (SmtpException e) when (e.Stage is SmtpStage.Recipient && connection.IsUsable)
        {
            return false;
        }
    }
}
