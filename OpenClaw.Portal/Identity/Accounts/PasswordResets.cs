using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Live;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>The way back in for those who forgot their password.</summary>
internal sealed partial class PasswordResets(
    UserManager<Person> people, ResetLinks links, ResetPauses pauses, LiveSignIns signIns, PersonTrail trail, IMailer mailer, ILogger<PasswordResets> logger)
{
    /// <summary>False when this installation sends no mail.</summary>
    public bool IsPossible => mailer.IsConfigured;

    /// <summary>Mails a link to the person of that address, if there is one. Says nothing about it, and takes as long either way.</summary>
    public async Task AskAsync(string email, string? address)
    {
        if (!mailer.IsConfigured || await people.FindByEmailAsync(email) is not { } person || !pauses.TryPass(person.Id)) return;
        var link = links.Make(person, ResetLinks.ByMail);
        var text =
            $"""
            Hello {person.Name ?? person.Email},

            somebody, most likely you, asked for a new password for your account at {link.Address.Host}.
            Open this address within an hour to choose one:

            {link.Address}

            If it was not you, do nothing: your password stays as it is.
            """;
        if (mailer.Post(new() { To = person.Email!, Subject = "Choose a new password", Text = text }) is MailResult.Failed failed) LogNotMailed(person.Id, failed.Reason);
        await trail.NoteAsync("password.reset-asked", new(person.Id, person.Email!, address));
    }

    /// <summary>Sets the new password and ends all sign-ins; the second factor stays. False when the link does not work (any more).</summary>
    public async Task<bool> ResetAsync(string? token, string password, string? address, CancellationToken cancellationToken)
    {
        if (await links.FindAsync(token, cancellationToken) is not { } found || await people.FindByIdAsync(found.Id.ToString()) is not { } person) return false;
        var result = await people.ResetPasswordAsync(person, await people.GeneratePasswordResetTokenAsync(person), password);
        if (!result.Succeeded) throw new InvalidOperationException("A checked password was refused: " + string.Join(' ', result.Errors.Select(e => e.Code)));
        await people.SetLockoutEndDateAsync(person, null);
        await people.ResetAccessFailedCountAsync(person);
        await signIns.EndAllAsync(person.Id, except: null, cancellationToken);
        await trail.NoteAsync("password.reset", new(person.Id, person.Email!, address), cancellationToken: CancellationToken.None);
        return true;
    }

    [LoggerMessage(5005, LogLevel.Warning, "The mail with a link for a new password for {Person} was not taken: {Reason}")]
    private partial void LogNotMailed(Guid person, string reason);
}

/// <summary>One mail per person within some minutes: nobody's mailbox is filled from our form.</summary>
internal sealed class ResetPauses(TimeProvider time)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _until = new();

    public bool TryPass(Guid person)
    {
        var now = time.GetUtcNow();
        foreach (var old in _until.Where(u => u.Value <= now)) _until.TryRemove(old);
        return _until.TryAdd(person, now + Length);
    }
}
