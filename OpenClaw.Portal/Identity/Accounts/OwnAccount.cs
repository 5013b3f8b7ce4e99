using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.Audit;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity.Live;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Identity.Accounts;

/// <summary>What a signed-in person changes of the own account. What could lock them out or let others in needs the password again.</summary>
internal sealed class OwnAccount(PersonSignInManager manager, LiveSignIns signIns, PersonTrail trail, IHttpContextAccessor accessor)
{
    private const string NotYourPassword = "This is not your password.";
    private readonly UserManager<Person> _people = manager.UserManager;

    private HttpContext Http => accessor.HttpContext ?? throw new InvalidOperationException("An account is changed by a request.");

    /// <summary>The signed-in person, whose sign-in was checked with this request.</summary>
    public async Task<Person> FindAsync() => await _people.GetUserAsync(Http.User) ?? throw new InvalidOperationException("The signed-in person is gone.");

    public async Task<Faults> RenameAsync(Person person, string? name)
    {
        name = name?.Trim() is { Length: > 0 } text ? text : null;
        if (name is not null && (!NameRule.Fits(name) || name.Any(char.IsControl))) return Faults.At("Name", NameRule.Fault);
        var before = person.Name;
        if (before == name) return Faults.None;
        person.Name = name;
        await SaveAsync(person);
        await NoteAsync("person.changed", person, new { name = before }, new { name });
        return Faults.None;
    }

    /// <summary>Changes the address that the person signs in with. Other sign-ins end: they carry the old one.</summary>
    public async Task<Faults> ChangeEmailAsync(Person person, string? email, string? password)
    {
        email = email?.Trim() ?? "";
        if (!EmailRule.Fits(email)) return Faults.At("Email", EmailRule.Fault);
        if (await ConfirmAsync(person, password) is { } wrong) return Faults.At("Password", wrong);
        var before = person.Email;
        if (before == email) return Faults.At("Email", "This is the address that you have.");
        if (await _people.FindByEmailAsync(email) is { } other && other.Id != person.Id) return Taken;
        (person.Email, person.UserName) = (email, email);
        try
        {
            await SaveAsync(person);
        }
        catch (DbUpdateException fault) when (fault is not DbUpdateConcurrencyException)
        {
            return Taken; // somebody took it between the question and the save
        }

        await _people.UpdateSecurityStampAsync(person);
        await NoteAsync("person.changed", person, new { email = before }, new { email });
        await EndOthersAsync(person);
        await RefreshAsync(person);
        return Faults.None;
    }

    /// <summary>Changes the password and ends all other sign-ins.</summary>
    public async Task<Faults> ChangePasswordAsync(Person person, string? present, string? next, string? repeat)
    {
        if (PasswordRule.FaultOf(next) is { } fault) return Faults.At("Next", fault);
        if (next != repeat) return Faults.At("Repeat", "The two passwords differ.");
        if (await ConfirmAsync(person, present) is { } wrong) return Faults.At("Present", wrong);
        if (next == present) return Faults.At("Next", "This is the password that you have.");
        var result = await _people.ChangePasswordAsync(person, present!, next!);
        if (!result.Succeeded) return Faults.At("Next", string.Join(' ', result.Errors.Select(e => e.Description)));
        await NoteAsync("password.changed", person);
        await EndOthersAsync(person);
        await RefreshAsync(person);
        return Faults.None;
    }

    /// <summary>Null when that is the person's password; else what to say. Wrong ones count as at sign-in, so that an open window is no place to guess.</summary>
    public async Task<string?> ConfirmAsync(Person person, string? password)
    {
        if (string.IsNullOrEmpty(password)) return "Enter your password.";
        if (await _people.IsLockedOutAsync(person)) return "After too many wrong passwords your account rests for ten minutes. Try again then.";
        if (await _people.CheckPasswordAsync(person, password))
        {
            await _people.ResetAccessFailedCountAsync(person);
            return null;
        }

        await _people.AccessFailedAsync(person);
        return NotYourPassword;
    }

    public Task<IReadOnlyList<SignInView>> SignInsAsync() => signIns.ListAsync(TenantAccess.IdOf(Http.User)!.Value, Http.RequestAborted);

    /// <summary>The sign-in of this request.</summary>
    public Guid? PresentSignIn => LiveSignIns.IdOf(Http.User);

    /// <summary>Ends one of the person's sign-ins.</summary>
    public async Task<bool> EndSignInAsync(Person person, Guid id)
    {
        if (!await signIns.EndAsync(person.Id, id, Http.RequestAborted)) return false;
        await NoteAsync("sign-in.ended", person, after: new { ended = 1 });
        return true;
    }

    /// <summary>Ends all but this one; how many.</summary>
    public async Task<int> EndOthersAsync(Person person)
    {
        var ended = await signIns.EndAllAsync(person.Id, PresentSignIn, Http.RequestAborted);
        if (ended > 0) await NoteAsync("sign-in.ended", person, after: new { ended });
        return ended;
    }

    /// <summary>Gives the present sign-in the account's new name and stamp.</summary>
    public Task RefreshAsync(Person person) => manager.RefreshSignInAsync(person);

    public Task NoteAsync(string action, Person person, object? before = null, object? after = null) =>
        trail.NoteAsync(action, new(person.Id, person.Email ?? "", Client.AddressOf(Http)), before, after);

    private static Faults Taken => Faults.At("Email", "Another account has this address.");

    private async Task SaveAsync(Person person)
    {
        var result = await _people.UpdateAsync(person);
        if (!result.Succeeded) throw new InvalidOperationException("An account could not be saved: " + string.Join(' ', result.Errors.Select(e => e.Code)));
    }
}
