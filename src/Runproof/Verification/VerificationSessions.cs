using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Runproof.Catalogue;

namespace Runproof.Verification;

/// <summary>Calls that judge tasks afresh. One that was cut off is gone on with by the next one of the same scope; one that ended is not: the next one judges all again.</summary>
internal sealed class VerificationSessions(Workspace workspace, TimeProvider clock)
{
    /// <param name="kind">What is done to the tasks.</param>
    public string Open(string kind, IReadOnlyList<string> instanceIds)
    {
        var scope = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + string.Join('\n', instanceIds))))[..16];
        var open = workspace.Database.Query("SELECT session FROM verification_sessions WHERE scope = $scope AND ended_at IS NULL", row => row.GetString(0), ("$scope", scope));
        if (open.Count > 0) return open[0];
        var session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        workspace.Database.Execute("INSERT INTO verification_sessions VALUES ($session, $scope, $at, NULL)", ("$session", session), ("$scope", scope), ("$at", Now()));
        return session;
    }

    public void End(string session) => workspace.Database.Execute("UPDATE verification_sessions SET ended_at = $at WHERE session = $session", ("$at", Now()), ("$session", session));

    public string Now() => clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
}
