using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Live;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>
/// The ways in. Known and unknown accounts, resting ones and wrong passwords get the same answer at the same cost; the audit alone
/// tells them apart.
/// </summary>
internal sealed class SignInFlow(PersonSignInManager manager, TenantAccess access, PasskeyUse passkeyUse, UsedCodes usedCodes, PersonTrail trail, IHttpContextAccessor accessor)
{
    private readonly UserManager<Person> _people = manager.UserManager;

    private HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("Signing in needs a request.");

    public async Task<Entry> PasswordAsync(string email, string password, bool remember)
    {
        var person = await _people.FindByEmailAsync(email);
        if (person is null || await _people.IsLockedOutAsync(person))
        {
            // costs as much as looking at a password, so that the time tells nothing either
            _people.PasswordHasher.HashPassword(new(), password);
            await NoteAsync(person is null ? "sign-in.failed" : "sign-in.locked", person, email, "password");
            return Entry.Refused;
        }

        var result = await manager.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            await NoteAsync(result.IsLockedOut ? "sign-in.locked" : "sign-in.failed", person, email, "password");
            return Entry.Refused;
        }

        return await ContinueAsync(person, "password", remember);
    }

    public async Task<Entry> CodeAsync(string code, bool remember, bool rememberDevice)
    {
        if (await manager.GetTwoFactorAuthenticationUserAsync() is not { } person) return Entry.Refused;
        if (await FindShutOutAsync(person) is { } shutOut) return shutOut;
        SignInEvents.Announce(Http, "totp");
        var digits = Digits(code);
        if (!usedCodes.TryUse(person.Id, digits)) return await SecondAsync(SignInResult.Failed, person, "totp");
        return await SecondAsync(await manager.TwoFactorAuthenticatorSignInAsync(digits, remember, rememberDevice), person, "totp");
    }

    public async Task<Entry> RecoveryAsync(string code)
    {
        if (await manager.GetTwoFactorAuthenticationUserAsync() is not { } person) return Entry.Refused;
        if (await FindShutOutAsync(person) is { } shutOut) return shutOut;
        if (await _people.IsLockedOutAsync(person)) return Entry.Locked;
        SignInEvents.Announce(Http, "recovery code");
        var result = await manager.TwoFactorRecoveryCodeSignInAsync(code.Trim().ToUpperInvariant());
        if (!result.Succeeded) await _people.AccessFailedAsync(person); // Identity counts the other codes only
        return await SecondAsync(result, person, "recovery code");
    }

    /// <summary>By passkey, which stands for both factors. <paramref name="credential"/> is what the browser's credential says as JSON.</summary>
    public async Task<Entry> PasskeyAsync(string credential)
    {
        var result = await AssertAsync(credential);
        if (result is not { Succeeded: true } || await _people.IsLockedOutAsync(result.User))
        {
            await NoteAsync(result is { Succeeded: true } ? "sign-in.locked" : "sign-in.failed", result?.User, "", "passkey");
            return Entry.Refused;
        }

        await _people.AddOrUpdatePasskeyAsync(result.User, result.Passkey);
        await passkeyUse.NoteAsync(result.User, result.Passkey);
        return await ContinueAsync(result.User, "passkey", remember: false);
    }

    /// <summary>Who passed the first step and is asked for the second; null = nobody, or too long ago.</summary>
    public Task<Person?> FindWaitingAsync() => manager.GetTwoFactorAuthenticationUserAsync();

    /// <summary>Signs in somebody who has just made or joined by other means.</summary>
    public async Task EnterAsync(Person person, string method)
    {
        SignInEvents.Announce(Http, method);
        await manager.SignInAsync(person, isPersistent: false);
    }

    private async Task<PasskeyAssertionResult<Person>?> AssertAsync(string credential)
    {
        try
        {
            return await manager.PerformPasskeyAssertionAsync(credential);
        }
        catch (InvalidOperationException)
        {
            // no assertion was begun in this browser, or it was too long ago
            return null;
        }
    }

    private async Task<Entry> ContinueAsync(Person person, string method, bool remember)
    {
        if (await FindShutOutAsync(person) is { } shutOut) return shutOut;
        SignInEvents.Announce(Http, method);
        var result = await manager.ContinueAsync(person, remember, skipsSecondFactor: method == "passkey");
        return result.RequiresTwoFactor ? Entry.SecondFactor : result.Succeeded ? Entry.Done : Entry.Refused;
    }

    private async Task<Entry> SecondAsync(SignInResult result, Person person, string method)
    {
        if (result.Succeeded) return Entry.Done;
        await NoteAsync(result.IsLockedOut ? "sign-in.locked" : "sign-in.failed", person, "", method);
        return result.IsLockedOut ? Entry.Locked : Entry.Refused;
    }

    private async Task<Entry?> FindShutOutAsync(Person person) =>
        await access.FindShutOutAsync(person.Id, Http.RequestAborted) is { Count: > 0 } suspensions ? new(EntryState.ShutOut, suspensions) : null;

    /// <summary>What was typed in place of an address is what admins look for; it may be long and is cut.</summary>
    private Task NoteAsync(string action, Person? person, string typed, string method) =>
        trail.NoteAsync(action, new(person?.Id, person?.Email ?? typed.Trim(), Client.AddressOf(Http)), after: new { method });

    private static string Digits(string code) => new([.. code.Where(char.IsAsciiDigit)]);
}
