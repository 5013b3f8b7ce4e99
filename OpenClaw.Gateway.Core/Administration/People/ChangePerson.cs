using Microsoft.EntityFrameworkCore;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.People;

/// <summary>What was done to an account.</summary>
/// <param name="Email">Whose.</param>
/// <param name="SignInsEnded">How many sign-ins ended with it.</param>
public sealed record PersonChange(string Email, int SignInsEnded);

/// <summary>What the owner of the installation does with other people's accounts: lets them in again, shuts them out, shares the ownership.</summary>
public sealed class ChangePerson : IDisposable
{
    private const string LastOwner = "This is the only owner: nobody would be left who can manage the installation. Make somebody else an owner first.";

    /// <summary>As Identity's store calls what it keeps for authenticator apps.</summary>
    private const string FactorStore = "[AspNetUserStore]";

    private readonly ISystemDbFactory _databases;
    private readonly IReadOnlyList<ISignInWatch> _watches;
    private readonly TimeProvider _time;

    /// <summary>Two owners who take each other's ownership at the same moment would leave none: one after the other.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    internal ChangePerson(ISystemDbFactory databases, IEnumerable<ISignInWatch> watches, TimeProvider time) =>
        (_databases, _watches, _time) = (databases, [.. watches], time);

    /// <summary>Lets somebody try again at once who gave too many wrong passwords or codes.</summary>
    public Task<AdminResult<PersonChange>> UnlockAsync(Caller caller, Guid person, CancellationToken cancellationToken = default) => RunAsync(caller, person, step =>
    {
        if (step.Person is { LockoutEnd: null, AccessFailedCount: 0 }) return Task.FromResult<string?>(null);
        var until = step.Person.LockoutEnd;
        (step.Person.LockoutEnd, step.Person.AccessFailedCount) = (null, 0);
        step.Touch();
        step.NoteEverywhere("person.unlocked", before: until > step.Now ? new { lockedUntil = until } : null);
        return Task.FromResult<string?>(null);
    }, cancellationToken);

    /// <summary>Ends all sign-ins of the person.</summary>
    public Task<AdminResult<PersonChange>> EndSignInsAsync(Caller caller, Guid person, CancellationToken cancellationToken = default) => RunAsync(caller, person, async step =>
    {
        await step.EndSignInsAsync(cancellationToken);
        if (step.Ended.Count > 0) step.NoteEverywhere("sign-in.ended", after: new { ended = step.Ended.Count });
        return null;
    }, cancellationToken);

    /// <summary>Takes a lost second factor away with its recovery codes, and ends all sign-ins: the password alone opens the account then. Passkeys stay.</summary>
    public Task<AdminResult<PersonChange>> RemoveTwoFactorAsync(Caller caller, Guid person, CancellationToken cancellationToken = default) => RunAsync(caller, person, async step =>
    {
        if (step.IsOwn) return "This is your own second factor. Switch it off under “Your account”, which asks for your password.";
        if (!step.Person.TwoFactorEnabled) return "This account has no second factor.";
        step.Person.TwoFactorEnabled = false;
        step.Db.RemoveRange(await step.Db.UserTokens.Where(t => t.UserId == person && t.LoginProvider == FactorStore).ToListAsync(cancellationToken));
        step.Restamp();
        await step.EndSignInsAsync(cancellationToken);
        step.NoteEverywhere("two-factor.removed", after: new { signInsEnded = step.Ended.Count });
        return null;
    }, cancellationToken);

    /// <summary>Makes somebody an owner of the installation, or takes that away; never from the last one.</summary>
    public Task<AdminResult<PersonChange>> SetOwnerAsync(Caller caller, Guid person, bool owner, CancellationToken cancellationToken = default) => RunAsync(caller, person, async step =>
    {
        if (step.Person.IsOwner == owner) return null;
        if (!owner && await step.IsLastOwnerAsync(cancellationToken)) return LastOwner;
        step.Person.IsOwner = owner;
        step.Touch();
        step.Note(Guid.Empty, owner ? "owner.made" : "owner.removed", new { owner = !owner }, new { owner });
        return null;
    }, cancellationToken);

    /// <summary>
    /// Removes the account with its memberships, passkeys, sign-ins and the open invitations for its address. What the person did stays
    /// under their name. Never the last owner, and nobody themselves.
    /// </summary>
    public Task<AdminResult<PersonChange>> RemoveAsync(Caller caller, Guid person, CancellationToken cancellationToken = default) => RunAsync(caller, person, async step =>
    {
        if (step.IsOwn) return "This is your own account. Another owner can remove it.";
        if (await step.IsLastOwnerAsync(cancellationToken)) return LastOwner;
        await PersonRemoval.StageAsync(step, cancellationToken);
        return null;
    }, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    /// <summary>Does the step, which returns why it cannot be done, or null.</summary>
    private async Task<AdminResult<PersonChange>> RunAsync(Caller caller, Guid person, Func<PersonStep, Task<string?>> act, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        caller.Demand(ApiScopeNames.Own);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var db = _databases.Create();
            if (await db.Users.FirstOrDefaultAsync(p => p.Id == person, cancellationToken) is not { } row) return AdminResult.NotFound<PersonChange>();
            var step = new PersonStep(db, caller, row, await db.Memberships.Where(m => m.PersonId == person).ToListAsync(cancellationToken), _time.GetUtcNow());
            if (await act(step) is { } refusal) return AdminResult.InUse<PersonChange>(refusal);
            if (await Saving.TryAsync<PersonChange>(db, cancellationToken) is { } failure) return failure;
            foreach (var watch in _watches) watch.Ended(step.Ended);
            return AdminResult.Done(new PersonChange(row.Email ?? "", step.Ended.Count));
        }
        finally
        {
            _turn.Release();
        }
    }
}
